package dbopt.evidence;

import dbopt.files.FileProblem;
import dbopt.files.RegularFile;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file of observations while an observation is added. A line is written in one piece and forced to disk; a crash can spoil
 * only the line that is being written. The file is locked against other writers.
 */
public final class ObservationFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final boolean isNew;
    private final ObservationReader known = new ObservationReader();

    private ObservationFile(Path path, FileChannel channel, boolean isNew) {
        this.path = path;
        this.channel = channel;
        this.isNew = isNew;
    }

    /**
     * Opens the file, creating it if it does not exist, and reads the last observation of each node.
     *
     * @param warning receives a message about each line that cannot be read
     * @throws CommandFailure if the file cannot be read and written, or another process is writing to it
     */
    public static ObservationFile open(Path path, Consumer<String> warning) {
        boolean isNew = !Files.exists(path);
        FileChannel channel = null;
        try {
            RegularFile.require(path);
            channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            ObservationFile file = new ObservationFile(path, channel, isNew);
            file.lock();
            // not closed here: the channel closes it, and closing any stream of the file releases the lock
            file.known.lines(Channels.newInputStream(channel), path, observation -> {}, warning);
            return file;
        } catch (IOException e) {
            close(channel);
            throw failure(path, FileProblem.of(e), e);
        } catch (CommandFailure e) {
            close(channel);
            throw e;
        }
    }

    private void lock() throws IOException {
        Optional<FileLock> lock;
        try {
            lock = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            lock = Optional.empty();
        }
        if (lock.isEmpty()) {
            throw failure(path, "another dbopt observe is writing to it", null);
        }
    }

    /** Returns the last state of each node that the file has observations of. */
    public List<NodeState> nodes() {
        return known.states();
    }

    /** Returns the last observation of the node; empty if the file has none. */
    Optional<ObservationReader.Node> node(String name) {
        return known.node(name);
    }

    /**
     * Appends the observation: all of it if it is the node's first one, otherwise only what has changed.
     *
     * @return how many bytes the file has grown by
     */
    public int append(Observation observation) {
        ObjectNode entry = ObservationReader.JSON.createObjectNode();
        entry.set("observation", entry(observation));
        byte[] line = (ObservationReader.JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            boolean broken = channel.size() > 0 && lastByte() != '\n';
            ByteBuffer bytes = ByteBuffer.allocate(line.length + 1);
            if (broken) {
                bytes.put((byte) '\n');
            }
            bytes.put(line).flip();
            int length = bytes.remaining();
            channel.position(channel.size());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
            return length;
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "The observation cannot be written to " + path + ": " + FileProblem.of(e)
                            + ".\nNothing was changed in the database. If half a line was written, it is skipped from now on.",
                    e);
        }
    }

    private ObjectNode entry(Observation observation) {
        NodeState state = observation.state();
        Optional<ObservationReader.Node> earlier = known.node(state.node())
                .filter(node -> node.state().cluster().equals(state.cluster())
                        && node.state().database().equals(state.database()));
        Map<String, IndexCounters> indexes =
                earlier.map(ObservationReader.Node::indexes).orElse(Map.of());
        Map<String, TableCounters> tables =
                earlier.map(ObservationReader.Node::tables).orElse(Map.of());
        Map<String, StatementCounters> statements =
                earlier.map(ObservationReader.Node::statements).orElse(Map.of());
        ObjectNode entry = ObservationReader.JSON.createObjectNode();
        entry.put("format", ObservationReader.FORMAT);
        // each line names the line that it builds on, so that a lost line is noticed
        entry.put("line", Long.toHexString(ThreadLocalRandom.current().nextLong()));
        entry.put("previous", earlier.map(ObservationReader.Node::line).orElse(null));
        entry.set("state", ObservationReader.JSON.valueToTree(state));
        entry.set("indexes", ObservationReader.INDEXES.between(indexes, observation.indexes()));
        entry.set("indexesGone", array(ObservationReader.INDEXES.gone(indexes, observation.indexes())));
        entry.set("tables", ObservationReader.TABLES.between(tables, observation.tables()));
        entry.set("tablesGone", array(ObservationReader.TABLES.gone(tables, observation.tables())));
        entry.set("statementSource", ObservationReader.JSON.valueToTree(observation.statementSource()));
        entry.set("statements", ObservationReader.STATEMENTS.between(statements, observation.statements()));
        entry.set("statementsGone", array(ObservationReader.STATEMENTS.gone(statements, observation.statements())));
        return entry;
    }

    private static JsonNode array(List<String> ids) {
        return ObservationReader.JSON.valueToTree(ids);
    }

    private byte lastByte() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, channel.size() - 1);
        return last.get(0);
    }

    private static CommandFailure failure(Path path, String why, IOException cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The file of observations " + path + " cannot be used: " + why + ".\nNothing was observed.",
                cause);
    }

    /** Closes the file, and deletes it if it was created here and is still empty. */
    @Override
    public void close() {
        try {
            if (isNew && channel.size() == 0) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            close(channel);
        }
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
