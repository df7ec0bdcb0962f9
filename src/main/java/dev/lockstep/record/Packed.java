package dev.lockstep.record;

import dev.lockstep.event.Unreadable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// Tells whether a packed run may be read at all, before anything reads it.
///
/// A file may come from a stranger. Every entry is read to its end once, without keeping it: what
/// passes holds plain files alone, under plain names, each as long as it says, with the bytes that
/// were packed.
final class Packed {
    private static final int MOST_ENTRIES = 100_000;

    /// No run may be larger when it is unpacked.
    private static final long LARGEST = 64L << 30;

    /// What is longer than this may not have shrunk to less than a 300th: records shrink to a
    /// tenth, printed text to a hundredth at best, and only a trap comes near the format's limit of
    /// 1030.
    private static final long UNSUSPICIOUS = 64L << 20;

    private static final long MOST_SHRUNK = 300;

    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64_LOCATOR = 0x07064b50;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int TYPE = 0170000;

    private final Path file;

    private Packed(Path file) {
        this.file = file;
    }

    /// Checks a packed run.
    ///
    /// @throws Unreadable when it is damaged or would do more than be read
    static void check(Path file) throws IOException {
        new Packed(file).check();
    }

    private void check() throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_ENTRIES) {
                throw unsafe("it has " + zip.size() + " entries");
            }
            List<? extends ZipEntry> entries = zip.stream().toList();
            checkNames(entries);
            checkKinds(entries.size());
            checkSizes(entries);
            for (ZipEntry entry : entries) {
                checkBytes(zip, entry);
            }
        } catch (ZipException e) {
            throw damaged(
                    "it is no packed run, or was cut off ("
                            + e.getMessage()
                            + "); have it sent again");
        }
    }

    private void checkNames(List<? extends ZipEntry> entries) throws Unreadable {
        Set<String> names = new HashSet<>();
        Set<String> files = new HashSet<>();
        for (ZipEntry entry : entries) {
            String name = entry.getName();
            String bare = entry.isDirectory() ? name.substring(0, name.length() - 1) : name;
            String wrong = Content.wrong(bare);
            if (wrong != null) {
                throw unsafe("of the entry " + shown(name) + " " + wrong);
            }
            if (!names.add(bare)) {
                throw unsafe("it holds the entry " + shown(name) + " twice");
            }
            if (!entry.isDirectory()) {
                files.add(name);
            }
        }
        for (String name : names) {
            for (int at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
                if (files.contains(name.substring(0, at))) {
                    throw unsafe("the entry " + shown(name) + " lies in what is no folder");
                }
            }
        }
    }

    private void checkSizes(List<? extends ZipEntry> entries) throws Unreadable {
        long whole = 0;
        for (ZipEntry entry : entries) {
            long size = entry.getSize();
            if (size < 0 || size > LARGEST || (whole += size) > LARGEST) {
                throw unsafe("it declares more than " + (LARGEST >> 30) + " GiB");
            }
            if (size > UNSUSPICIOUS && size / MOST_SHRUNK > entry.getCompressedSize()) {
                throw unsafe(
                        "the entry "
                                + shown(entry.getName())
                                + " of "
                                + entry.getCompressedSize()
                                + " bytes would become "
                                + size
                                + " bytes, as no record does");
            }
        }
    }

    private void checkBytes(ZipFile zip, ZipEntry entry) throws IOException {
        CRC32 sum = new CRC32();
        long length = 0;
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                length += read;
                if (length > entry.getSize()) {
                    throw unsafe(
                            "the entry "
                                    + shown(entry.getName())
                                    + " is longer than the "
                                    + entry.getSize()
                                    + " bytes that it declares");
                }
                sum.update(buffer, 0, read);
            }
        } catch (ZipException | EOFException e) {
            throw damaged(
                    "the entry "
                            + shown(entry.getName())
                            + " cannot be unpacked ("
                            + e.getMessage()
                            + "); have it sent again");
        }
        if (length != entry.getSize() || sum.getValue() != entry.getCrc()) {
            throw damaged(
                    "the bytes of the entry "
                            + shown(entry.getName())
                            + " are not those that were packed; have it sent again");
        }
    }

    /// The kind of each entry stands in the table of contents alone, where the library does not
    /// look: a system's links are entries like any other to it.
    private void checkKinds(int entries) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = contents(channel);
            for (int i = 0; i < entries; i++) {
                ByteBuffer head = read(channel, at, 46);
                if (head.getInt(0) != CENTRAL) {
                    throw damaged("its table of contents has no entry " + i);
                }
                int nameLength = Short.toUnsignedInt(head.getShort(28));
                int extraLength = Short.toUnsignedInt(head.getShort(30));
                int commentLength = Short.toUnsignedInt(head.getShort(32));
                ByteBuffer rest = read(channel, at + 46, nameLength + extraLength);
                byte[] name = new byte[nameLength];
                rest.get(name);
                String linked =
                        linked(head.getInt(38) >>> 16, rest.slice().order(ByteOrder.LITTLE_ENDIAN));
                if (linked != null) {
                    throw unsafe(
                            "the entry "
                                    + shown(new String(name, StandardCharsets.UTF_8))
                                    + " is "
                                    + linked
                                    + ", not a file");
                }
                at += 46L + nameLength + extraLength + commentLength;
            }
        }
    }

    /// What an entry is when it is neither a file nor a folder, in words.
    private static @Nullable String linked(int mode, ByteBuffer extra) {
        int type = mode & TYPE;
        if (type != 0 && type != REGULAR && type != FOLDER) {
            return type == 0120000 ? "a symbolic link" : "a device, pipe or socket";
        }
        // PKWARE's extra field for UNIX names a link's target behind its 12 bytes of times and
        // owner.
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
            if (id == 0x000d && length > 12) {
                return "a hard link";
            }
            extra.position(extra.position() + length);
        }
        return null;
    }

    /// Finds where the table of contents begins.
    private long contents(FileChannel channel) throws IOException {
        long size = channel.size();
        int window = (int) Math.min(size, 22 + 0xffff);
        ByteBuffer tail = read(channel, size - window, window);
        for (int at = window - 22; at >= 0; at--) {
            if (tail.getInt(at) == END
                    && at + 22 + Short.toUnsignedInt(tail.getShort(at + 20)) == window) {
                if (at >= 20 && tail.getInt(at - 20) == END_64_LOCATOR) {
                    return read(channel, tail.getLong(at - 12), 56).getLong(48);
                }
                return Integer.toUnsignedLong(tail.getInt(at + 16));
            }
        }
        throw damaged("it has no table of contents at its end; have it sent again");
    }

    private ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (at < 0 || channel.read(bytes, at + bytes.position()) < 0) {
                throw damaged("its table of contents is cut off; have it sent again");
            }
        }
        return bytes.flip();
    }

    private Unreadable damaged(String what) {
        return Unreadable.damaged(file.toString(), what);
    }

    private Unreadable unsafe(String what) {
        return Unreadable.unsafe(file.toString(), what);
    }

    /// A name as it may stand in a message.
    private static String shown(String name) {
        StringBuilder text = new StringBuilder("\"");
        name.codePoints()
                .limit(80)
                .forEach(
                        point -> text.appendCodePoint(Character.isISOControl(point) ? '?' : point));
        return text.append(name.length() > 80 ? "…\"" : "\"").toString();
    }
}
