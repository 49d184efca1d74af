package dbopt.matrix;

import static java.util.Objects.requireNonNull;

import com.samskivert.mustache.Mustache;
import dbopt.commandline.CommandContext;
import dbopt.fleet.FleetDatabase;
import dbopt.fleet.FleetFile;
import dbopt.terminal.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dbopt matrix}. */
@Command(
        name = "matrix",
        description = {
            "Print a parallel:matrix for .gitlab-ci.yml, with which GitLab runs one deploy job for each database of a file.",
            "It contains only the names. No database is contacted."
        },
        mixinStandardHelpOptions = true)
public final class MatrixCommand implements Callable<Integer> {
    /** The most jobs that GitLab allows in one matrix. */
    private static final int MOST = 200;

    private final CommandContext context;

    @Parameters(paramLabel = "FILE", description = "File of databases, one a line, as for --databases.")
    private Path file;

    public MatrixCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        List<String> names =
                FleetFile.read(file).stream().map(FleetDatabase::plainName).toList();
        if (names.size() > MOST) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "%s names %d databases, and GitLab allows at most %d jobs in one matrix.\nNothing was written. Divide them among several files, and print a matrix for each."
                            .formatted(file, names.size(), MOST));
        }
        context.terminal()
                .result(Mustache.compiler()
                        .escapeHTML(false)
                        .compile(context.sql().read("db/scaffold/matrix.gitlab-ci.yml"))
                        .execute(Map.of("names", names)));
        return 0;
    }
}
