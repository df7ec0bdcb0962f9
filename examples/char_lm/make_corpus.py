"""Write corpus.txt, the log of an invented harbour: make_corpus.py [ENTRIES]

The text is our own, put together from the phrases below; the same number of entries gives the same text.
"""

import pathlib
import random
import sys

SHIPS = """the ketch Marigold|the brig Halcyon|the collier Old Ferris|the pilot cutter Wren|the barge Patience
the trawler Anna Lind|the schooner Quiet Hour|the ferry Saint Bride|the dredger Tumbledown|the lugger Tom Tansy
the steam tug Bellows|the packet Merryweather|the sloop Evening Primrose|the training ship Corduroy""".replace("\n", "|").split("|")
PEOPLE = """the harbour master|the night watchman|old Perrin of the chandlery|the customs clerk|the lamp keeper
the youngest of the Aldous boys|the widow Strand|the mate|two of the stevedores|the new surveyor|the net mender
the schoolmistress|the boy who counts the swans|the sailmaker and her sister|the bell founder's apprentice""".replace("\n", "|").split("|")
CARGO = """slate|rope and tallow|barrels of herring|seed potatoes|roofing tin|clay pipes|a church organ in eleven crates
window glass|timber from the upper river|salt|lamp oil|school desks|bricks|one very large bell|wool|cider apples
copper sheet|printed almanacs|live geese|marble dust|tea|a cage of canaries""".replace("\n", "|").split("|")
WEATHER = """wind light from the south west|a hard frost before dawn|rain in long grey columns over the bar
fog until the ninth bell|clear and very cold|a short steep sea outside the mole|warm, with thunder somewhere inland
half a gale by noon|no wind at all, and the flags asleep|sleet, then sun, then sleet again|haze over the islands""".replace("\n", "|").split("|")
PLACES = """the north quay|the mole|the fish steps|the rope walk|the swing bridge|the old dry dock|the coal wharf
the customs house|the light at the end of the pier|the mud berth|the weigh house|the ferry landing""".replace("\n", "|").split("|")
EVENTS = """{who} found {thing} under {place} and would not say how it had come there
{ship} lay at {place} for want of water until the tide made at {hour}
{who} reports that {place} wants {count} new piles before the winter
a dispute between {who} and {who2} over {count} casks of {cargo}, settled at {place} with a handshake
{ship} parted a hawser alongside {place}, no one hurt, {count} fathoms of rope lost
{who} swears that {ship} was seen beyond the bar at {hour}, though she lay at {place} all night
the crane at {place} lifted {count} hundredweight of {cargo} and then stuck fast till {hour}
{who} asked whether {cargo} may be stored in {place2}; it may not
{ship} cleared for the islands with {cargo}, and {who} aboard as a passenger
{count} gulls counted on {place}, which {who} holds to be a sign of {sign}
the bell at {place} rang by itself at {hour}; {who} was sent to look and saw nothing but {thing}
paid {who} {count} shillings for mending {thing}, and {count2} more for not singing while doing it""".split("\n")
THINGS = """a brass compass|the missing ledger|a boat hook|someone's left boot|a kite|the second best ladder|a drowned clock
three oars that do not match|a letter with no name on it|the harbour cat|a lantern still burning|a box of fish hooks""".replace("\n", "|").split("|")
SIGNS = "an early spring|rising prices|a visit from the inspectors|more gulls|rain|a good year for eels".split("|")
REMARKS = """Nothing further.|The books balance.|To be looked into.|It was ever thus.|The cat has been told.
I have written to the board again.|No charge was made.|So ends the day.|All lamps lit.|Nobody is to touch it.""".replace("\n", "|").split("|")
HOURS = "first light|the fourth bell|noon|half past two|dusk|ten at night|midnight|slack water|the turn of the tide".split("|")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December".split("|")


def sentence(rng):
    text = rng.choice(EVENTS).format(
        who=rng.choice(PEOPLE), who2=rng.choice(PEOPLE), ship=rng.choice(SHIPS), place=rng.choice(PLACES),
        place2=rng.choice(PLACES), cargo=rng.choice(CARGO), thing=rng.choice(THINGS), sign=rng.choice(SIGNS),
        hour=rng.choice(HOURS), count=rng.randint(2, 40), count2=rng.randint(2, 9),
    )
    return text[0].upper() + text[1:] + "."


def entry(number, rng):
    month, day = MONTHS[number // 28 % 12], number % 28 + 1
    lines = [f"{day} {month}. {rng.choice(WEATHER).capitalize()}."]
    if rng.random() < 0.8:
        arrived, left = rng.sample(SHIPS, 2)
        lines.append(f"Arrived {arrived} with {rng.choice(CARGO)}; sailed {left} in ballast.")
    lines += [sentence(rng) for _ in range(rng.randint(1, 4))]
    lines.append(rng.choice(REMARKS))
    return " ".join(lines)


def main():
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 360
    rng = random.Random(1907)
    text = "\n\n".join(entry(number, rng) for number in range(entries)) + "\n"
    pathlib.Path(__file__).with_name("corpus.txt").write_text(text, encoding="utf-8")
    print(f"{entries} entries, {len(text)} characters")


if __name__ == "__main__":
    main()
