package dbopt.faults;

import dbopt.TestDatabase;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * The network between a command and its server: a proxy that reads which statements the command sends
 * (<a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">message formats</a>), and lets a test
 * step in before one of them reaches the server. So a fault strikes exactly there, however fast the machine is.
 */
final class FaultProxy implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    /** Statements of the driver on connecting, and of monitoring sessions: their order depends on the clock. */
    private static final String NOT_COUNTED = "(?s)SET (extra_float_digits|application_name) .*|.*'dbopt\\.connected'.*"
            + "|.*pg_stat_progress_create_index.*|.*pg_blocking_pids.*|.*pg_cancel_backend.*";

    /** The action of a test when the statement passes the proxy, on the thread that forwards it. */
    @FunctionalInterface
    interface Meeting {
        void with(Line line);
    }

    private final ServerSocket entrance;
    private final String host;
    private final int port;
    private final String database;
    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
    private final List<Boundary> seen = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> occurrences = new HashMap<>();
    private volatile Boundary awaited;
    private int statementsLeft = -1;
    private volatile Meeting meeting;
    private final CountDownLatch met = new CountDownLatch(1);
    private final CountDownLatch cancelRequested = new CountDownLatch(1);

    private FaultProxy(TestDatabase database) throws IOException {
        String place = database.url().replaceFirst("^jdbc:postgresql://", "").replaceFirst("/.*", "");
        int colon = place.lastIndexOf(':');
        this.host = place.substring(0, colon);
        this.port = Integer.parseInt(place.substring(colon + 1));
        this.database = database.name();
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** A proxy in front of the server of this database. */
    static FaultProxy to(TestDatabase database) {
        try {
            FaultProxy wire = new FaultProxy(database);
            start("wire", wire::accept);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of the database through this proxy. */
    String url() {
        return "jdbc:postgresql://localhost:%d/%s".formatted(entrance.getLocalPort(), database);
    }

    /** Runs the action once, when the statement is about to reach the server. */
    void before(Boundary boundary, Meeting what) {
        meeting = what;
        awaited = boundary;
    }

    /** Runs the action once, after this many further statements, when the next is about to reach the server. */
    void after(int statements, Meeting what) {
        synchronized (this) {
            meeting = what;
            statementsLeft = statements;
        }
    }

    /** Returns when the awaited statement has passed, and the action has run. */
    void awaitMeeting() {
        Background.await(met);
    }

    /** Whether a request to cancel a statement has passed the proxy. */
    boolean sawCancel() {
        return cancelRequested.getCount() == 0;
    }

    /** The statements that have passed the proxy so far, in order. */
    List<Boundary> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    /** Cuts every connection at once, as a failure of the network or of one end does; new connections work. */
    void cut() {
        lines.forEach(Line::cut);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                try {
                    Line line = new Line(client, new Socket(host, port));
                    lines.add(line);
                    start("to the server", line::carryStatements);
                    start("to the client", line::carryAnswers);
                } catch (IOException e) {
                    client.close(); // no server: the client is disconnected
                }
            }
        } catch (IOException e) {
            cut(); // closed
        }
    }

    private synchronized boolean isTheOneAfterSoMany() {
        if (statementsLeft < 0) {
            return false;
        }
        statementsLeft--;
        return statementsLeft < 0;
    }

    /** Counts the statement; returns its boundary. */
    private synchronized Boundary count(String sql) {
        Boundary boundary = new Boundary(sql, occurrences.merge(sql, 1, Integer::sum));
        seen.add(boundary);
        return boundary;
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    /** One connection. */
    final class Line {
        private final Socket client;
        private final Socket server;
        private volatile int pid;
        private volatile boolean losesAnswer;
        private volatile boolean deafToTheServer;

        private Line(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        /** The server process of the connection. */
        int pid() {
            return pid;
        }

        /** The server runs the current statement, then the whole network fails before the client gets the answer. */
        void loseTheAnswer() {
            losesAnswer = true;
        }

        /** Closes only the client's half towards the server: the server sees the end, the client does not. */
        void endTheClientsHalf() {
            deafToTheServer = true;
            try {
                server.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void cut() {
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private void carryStatements() {
            try (DataInputStream from = new DataInputStream(new BufferedInputStream(client.getInputStream()));
                    DataOutputStream to = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()))) {
                boolean greeting = true;
                while (true) {
                    int type = greeting ? 0 : from.readUnsignedByte();
                    byte[] message = message(from);
                    if (type == 'Q' || type == 'P') {
                        meet(sql(type, message));
                    }
                    if (type != 0) {
                        to.writeByte(type);
                    }
                    to.writeInt(message.length + Integer.BYTES);
                    to.write(message);
                    if (from.available() == 0) {
                        to.flush();
                    }
                    greeting = greeting && isRequestForEncryption(message);
                }
            } catch (IOException e) {
                cut(); // one end is closed, so the other is closed
            }
        }

        private void meet(String sql) throws IOException {
            if (sql.contains("pg_cancel_backend")) {
                cancelRequested.countDown();
            }
            if (sql.matches(NOT_COUNTED)) {
                return;
            }
            boolean isNext = isTheOneAfterSoMany();
            if (count(sql).equals(awaited) || isNext) {
                awaited = null;
                try {
                    meeting.with(this);
                } finally {
                    met.countDown();
                }
            }
            if (client.isClosed()) {
                throw new IOException("cut");
            }
        }

        private static boolean isRequestForEncryption(byte[] message) {
            int code = ByteBuffer.wrap(message).getInt();
            return code == SSL_REQUEST || code == GSS_REQUEST;
        }

        /** A query is its text, a statement to prepare has its name before it. */
        private static String sql(int type, byte[] message) {
            int start = 0;
            if (type == 'P') {
                while (message[start++] != 0) {}
            }
            int end = start;
            while (message[end] != 0) {
                end++;
            }
            return new String(message, start, end - start, StandardCharsets.UTF_8);
        }

        private void carryAnswers() {
            try (DataInputStream from = new DataInputStream(new BufferedInputStream(server.getInputStream()));
                    DataOutputStream to = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
                while (true) {
                    int type = from.readUnsignedByte();
                    if (type == 'N' && pid == 0) { // no encryption
                        to.writeByte(type);
                        to.flush();
                        continue;
                    }
                    byte[] message = message(from);
                    if (type == 'K') {
                        pid = ByteBuffer.wrap(message).getInt();
                    }
                    if (losesAnswer) {
                        if (type == 'Z') {
                            FaultProxy.this.cut();
                        }
                        continue;
                    }
                    to.writeByte(type);
                    to.writeInt(message.length + Integer.BYTES);
                    to.write(message);
                    if (from.available() == 0) {
                        to.flush();
                    }
                }
            } catch (IOException e) {
                if (!deafToTheServer) {
                    cut();
                }
            }
        }

        private static byte[] message(DataInputStream from) throws IOException {
            byte[] message = new byte[from.readInt() - Integer.BYTES];
            from.readFully(message);
            return message;
        }
    }
}
