package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.bundled.BundledSql;
import dbopt.commandline.CommandContext;
import dbopt.project.MigrationProject;
import dbopt.terminal.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/** One run of the command line inside the test: how it ended, and what it wrote. */
public record CommandRun(int exitCode, String output, String error) {
    static {
        // no prompt is answered here; otherwise standard input is the channel of the build to this process
        System.setIn(InputStream.nullInputStream());
    }

    /** Fails with the whole output unless the exit code is 0. */
    public void assertSucceeded() {
        assertThat(exitCode).as(output + error).isZero();
    }

    /** Runs the command on this database, as a deployment does: the address in the environment. */
    public static CommandRun on(TestDatabase database, String... arguments) {
        return in(AuditedProject.folder(), database, arguments);
    }

    /** Runs the command in the folder that holds this {@code db}. */
    public static CommandRun in(Path project, TestDatabase database, String... arguments) {
        return in(project, database.address(), arguments);
    }

    public static CommandRun with(Map<String, String> environment, String... arguments) {
        return in(AuditedProject.folder(), environment, arguments);
    }

    /** Runs the command, and writes its progress to the given writer immediately. */
    public static CommandRun telling(
            Path project, PrintWriter error, Map<String, String> environment, String... arguments) {
        StringWriter output = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(output), error, false);
        int exitCode = Main.run(
                new CommandContext(
                        environment, MigrationProject.find(project, null), BundledSql.in(Path.of("")), terminal),
                arguments);
        return new CommandRun(exitCode, output.toString(), "");
    }

    public static CommandRun in(Path project, Map<String, String> environment, String... arguments) {
        return run(project, BundledSql.in(Path.of("")), environment, arguments);
    }

    /** Runs the command in a copy of the tool's repository, whose SQL it takes for its own. */
    public static CommandRun inRepository(Path copy, TestDatabase database, String... arguments) {
        return run(copy, BundledSql.in(copy), database.address(), arguments);
    }

    private static CommandRun run(Path project, BundledSql sql, Map<String, String> environment, String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter error = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(output), new PrintWriter(error), false);
        int exitCode = Main.run(
                new CommandContext(environment, MigrationProject.find(project, null), sql, terminal), arguments);
        return new CommandRun(exitCode, output.toString(), error.toString());
    }
}
