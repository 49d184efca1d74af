package dbopt;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** dbopt as it is compiled, to be run in a process of its own, in whatever folder. */
public final class DboptProgram {
    private DboptProgram() {}

    /** The program and its arguments; Java starts as the launcher starts it. */
    public static List<String> of(List<String> javaOptions, String... arguments) {
        List<String> program =
                new ArrayList<>(List.of(FlywayRun.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        program.addAll(javaOptions);
        program.addAll(List.of("-cp", classPath(), Main.class.getName()));
        program.addAll(List.of(arguments));
        return program;
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
