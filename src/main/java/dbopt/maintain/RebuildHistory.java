package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.terminal.Bytes;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The earlier rebuilds on one database, oldest first. The file has lines of JSON, and other databases may share it. Each
 * rebuild is recorded before it begins, so that a later run recognises what a crashed one left.
 */
final class RebuildHistory {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * The share of its size that a rebuild must free. An index whose rebuild freed less is not rebuilt again until it has
     * grown by this share.
     */
    private static final double WORTH_SHARE = 0.2;

    /** The stage of a rebuild. */
    enum Event {
        BEGUN,
        DONE,
        /** The rebuild ended without a rebuilt index, and nothing of the attempt is left. */
        CLEARED
    }

    /**
     * A line of the file.
     *
     * @param oid the index's OID when the rebuild began
     * @param bytes the index's size at the event
     * @param bytesBefore the index's size when the rebuild began
     * @param leftovers the invalid indexes that other rebuilds had left on the table when this one began
     */
    record Entry(
            String at,
            String database,
            Event event,
            String index,
            long oid,
            long tableOid,
            long bytes,
            long bytesBefore,
            long rows,
            List<String> leftovers) {
        Entry {
            requireNonNull(at, "at is null");
            requireNonNull(database, "database is null");
            requireNonNull(event, "event is null");
            requireNonNull(index, "index is null");
            leftovers = List.copyOf(leftovers);
        }

        private Entry after(Event next, long bytesNow) {
            return new Entry(
                    Instant.now().toString(),
                    database,
                    next,
                    index,
                    oid,
                    tableOid,
                    bytesNow,
                    bytesBefore,
                    rows,
                    leftovers);
        }
    }

    private final Optional<Path> file;
    private final String database;
    private final List<Entry> entries = new ArrayList<>();

    private RebuildHistory(Optional<Path> file, String database) {
        this.file = file;
        this.database = database;
    }

    /** Returns a history without a file and without rebuilds, for a dry run. */
    static RebuildHistory none() {
        return new RebuildHistory(Optional.empty(), "");
    }

    /**
     * Reads the rebuilds on this database; none if the file does not exist yet.
     *
     * @param warning receives a message for each line that cannot be read, for example because a run was killed while it
     *     wrote the line
     */
    static RebuildHistory read(Path file, String database, Consumer<String> warning) {
        RebuildHistory history = new RebuildHistory(Optional.of(file), database);
        if (!Files.exists(file)) {
            return history;
        }
        int readable = 0;
        List<String> skipped = new ArrayList<>();
        try {
            for (String line : BoundedFile.lines(file)) {
                Optional<Entry> entry = entry(line);
                if (entry.isPresent()) {
                    readable++;
                    entry.filter(each -> each.database().equals(database)).ifPresent(history.entries::add);
                } else if (!line.isBlank()) {
                    skipped.add("WARNING: a line of " + file + " is not a rebuild and is skipped.");
                }
            }
        } catch (IOException e) {
            throw failure("read", file, FileProblem.of(e));
        }
        if (readable == 0 && !skipped.isEmpty()) {
            throw failure("used", file, "none of its lines is a rebuild, so it is a different kind of file");
        }
        skipped.forEach(warning);
        return history;
    }

    private static Optional<Entry> entry(String line) {
        try {
            return Optional.ofNullable(JSON.readValue(line, Entry.class));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Records that a rebuild begins. */
    Entry begin(IndexState index, long oid, long bytes, List<String> leftovers) {
        return add(new Entry(
                Instant.now().toString(),
                database,
                Event.BEGUN,
                index.name(),
                oid,
                index.tableOid(),
                bytes,
                bytes,
                index.rows(),
                leftovers));
    }

    void done(Entry begun, long bytes) {
        add(begun.after(Event.DONE, bytes));
    }

    void cleared(Entry begun) {
        add(begun.after(Event.CLEARED, begun.bytes()));
    }

    private Entry add(Entry entry) {
        Path path = file.orElseThrow();
        String line = "\n" + JSON.writeValueAsString(entry) + "\n"; // the first line break ends what a crash cut short
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw failure("written", path, FileProblem.of(e));
        }
        entries.add(entry);
        return entry;
    }

    /** Returns the rebuilds that began and whose end is not recorded. */
    List<Entry> unfinished() {
        return entries.stream()
                .filter(entry -> entry.event() == Event.BEGUN)
                .filter(begun -> entries.subList(entries.indexOf(begun) + 1, entries.size()).stream()
                        .noneMatch(later -> later.event() != Event.BEGUN
                                && later.index().equals(begun.index())
                                && later.oid() == begun.oid()))
                .toList();
    }

    /** Returns how many times as large as after its best rebuild the index is now, for each row. */
    Optional<Double> factor(IndexState index) {
        if (index.rows() == 0) {
            return Optional.empty();
        }
        return entries.stream()
                .filter(entry -> entry.event() == Event.DONE
                        && entry.index().equals(index.name())
                        && entry.tableOid() == index.tableOid()
                        && entry.rows() > 0)
                .map(entry -> (double) entry.bytes() / entry.rows())
                .min(Double::compare)
                .map(best -> (double) index.bytes() / index.rows() / best);
    }

    /** Returns why the index is not rebuilt again yet, if its last rebuild freed too little; empty otherwise. */
    Optional<String> whyNotAgain(String index, long bytes) {
        return entries.stream()
                .filter(entry -> entry.event() == Event.DONE && entry.index().equals(index))
                .reduce((first, second) -> second)
                .filter(last -> last.bytes() > (1 - WORTH_SHARE) * last.bytesBefore()
                        && bytes < (1 + WORTH_SHARE) * last.bytes())
                .map(last -> "its rebuild of " + last.at().substring(0, 10) + " freed no more than "
                        + Bytes.text(Math.max(last.bytesBefore() - last.bytes(), 0)));
    }

    private static CommandFailure failure(String done, Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The file of the rebuilds " + file + " cannot be " + done + ": " + why
                        + ".\nWhat was rebuilt before stays so; nothing else was changed. Correct it, and run the same command again.");
    }
}
