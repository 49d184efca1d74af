package dbopt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The commands of a guide, which a test runs, so that they cannot go stale. */
public final class Guide {
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^##+ (?<heading>[^\n]+)$|^```(?<language>sh|sql|text)\n(?<content>.*?)^```$");
    private static final Pattern REMARK = Pattern.compile("\\s+# (exit code (?<exitCode>[0-9]+))?.*$");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private Guide() {}

    /** The words of a command as the shell has them, without their quotes. */
    public static List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(word -> Stream.of(word.group(1), word.group(2), word.group(3))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    /**
     * A block of commands.
     *
     * @param section the heading it stands under
     * @param commands a line each for the shell, without remarks; or the statements of a block of SQL, as one
     * @param exitCode how the last command ends, as a remark behind it says; 0 if it says nothing
     * @param output what the guide shows as the output of all of them; empty if it shows none
     */
    public record Block(String section, boolean isSql, List<String> commands, int exitCode, String output) {
        public Block {
            commands = List.copyOf(commands);
        }

        private static Block of(String section, String language, String content) {
            if (language.equals("sql")) {
                return new Block(section, true, List.of(content), 0, "");
            }
            Matcher last = REMARK.matcher(content.stripTrailing());
            int exitCode = last.find() && last.group("exitCode") != null ? Integer.parseInt(last.group("exitCode")) : 0;
            List<String> commands = content.replaceAll("\\\\\n\\s*", "")
                    .lines()
                    .map(line -> REMARK.matcher(line).replaceFirst(""))
                    .filter(line -> !line.isBlank())
                    .toList();
            return new Block(section, false, commands, exitCode, "");
        }

        private Block showing(String shown) {
            return new Block(section, isSql, commands, exitCode, shown);
        }
    }

    /** The blocks of shell commands and of SQL, in the guide's order. */
    public static List<Block> blocks(Path guide) {
        List<Block> blocks = new ArrayList<>();
        String section = "";
        Matcher found = BLOCK.matcher(read(guide));
        while (found.find()) {
            if (found.group("heading") != null) {
                section = found.group("heading");
            } else if (found.group("language").equals("text")) {
                if (!blocks.isEmpty()) {
                    blocks.add(blocks.remove(blocks.size() - 1).showing(found.group("content")));
                }
            } else {
                blocks.add(Block.of(section, found.group("language"), found.group("content")));
            }
        }
        return blocks;
    }

    private static String read(Path guide) {
        try {
            return Files.readString(guide);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
