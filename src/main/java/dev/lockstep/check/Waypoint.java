package dev.lockstep.check;

import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Source;
import java.util.ArrayList;
import java.util.List;

/// A place in a program together with the calls and imports that lead to it.
///
/// @param way the calls and imports from the entry on, outermost first; the place itself is not in
///   it
record Waypoint(List<Link> way, PythonModule module, Node at) {
    /// One call or import on the way.
    record Link(PythonModule module, Node at, String what) {}

    Waypoint {
        way = List.copyOf(way);
    }

    String fileAndLine() {
        return Place.of(module.source(), at).fileAndLine();
    }

    /// This place, with others in place of the first link on the way to it.
    Waypoint from(List<Link> first) {
        return new Waypoint(from(first, way), module, at);
    }

    /// A way, with other links in place of its first one.
    static List<Link> from(List<Link> first, List<Link> way) {
        var links = new ArrayList<Link>(first);
        links.addAll(way.subList(1, way.size()));
        return List.copyOf(links);
    }

    /// The steps that a finding shows.
    List<Step> steps() {
        var steps = new ArrayList<Step>();
        for (Link link : way) {
            Source source = link.module().source();
            steps.add(
                    new Step(
                            link.module().path(),
                            source.position(link.at().start()).line(),
                            link.what()));
        }
        return steps;
    }

    /// The place where the way to `other` and this way part: the call in the last function that
    /// both share, or the place itself.
    Waypoint apartFrom(Waypoint other) {
        int same = 0;
        while (same < way.size()
                && same < other.way.size()
                && way.get(same).at() == other.way.get(same).at()) {
            same++;
        }
        return same == way.size()
                ? this
                : new Waypoint(way.subList(0, same), way.get(same).module(), way.get(same).at());
    }

    /// The innermost place on this way that is not on the one to `other` too: where both end in one
    /// function, the call that leads there.
    Waypoint whereNot(Waypoint other) {
        if (at != other.at) {
            return this;
        }
        int mine = way.size() - 1;
        int others = other.way.size() - 1;
        while (mine >= 0 && others >= 0 && way.get(mine).at() == other.way.get(others).at()) {
            mine--;
            others--;
        }
        return mine < 0
                ? this
                : new Waypoint(way.subList(0, mine), way.get(mine).module(), way.get(mine).at());
    }
}
