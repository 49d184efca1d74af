package dbopt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of a guide, which a test runs, so that they cannot go stale. */
public final class Guide {
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^## (?<heading>[^\n]+)$|^```(?<language>sh|text)\n(?<content>.*?)^```$");

    private Guide() {}

    /**
     * A block of shell commands.
     *
     * @param section the heading it stands under
     * @param output what the guide shows as the output of all of them; empty if it shows none
     */
    public record Block(String section, List<String> commands, String output) {
        public Block {
            commands = List.copyOf(commands);
        }
    }

    /** The shell blocks of the guide, in its order. */
    public static List<Block> blocks(Path guide) {
        List<Block> blocks = new ArrayList<>();
        String section = "";
        Matcher found = BLOCK.matcher(read(guide));
        while (found.find()) {
            if (found.group("heading") != null) {
                section = found.group("heading");
            } else if (found.group("language").equals("sh")) {
                blocks.add(new Block(section, found.group("content").lines().toList(), ""));
            } else {
                Block last = blocks.remove(blocks.size() - 1);
                blocks.add(new Block(last.section(), last.commands(), found.group("content")));
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
