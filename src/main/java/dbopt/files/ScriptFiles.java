package dbopt.files;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * Lists the files below a folder as Flyway finds them: links are followed and hidden folders are skipped. Kubernetes keeps
 * the targets of the links of a mounted volume in hidden folders.
 */
public final class ScriptFiles {
    private ScriptFiles() {}

    /** Returns all files below the folder, sorted, including broken links. */
    public static List<Path> below(Path folder) throws IOException {
        return below(folder, subfolder -> true);
    }

    /** Returns the files below the folder, sorted, without those in subfolders that the predicate rejects. */
    public static List<Path> below(Path folder, Predicate<Path> entered) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path found, BasicFileAttributes attributes)
                            throws IOException {
                        boolean passedOver = !found.equals(folder) && (Files.isHidden(found) || !entered.test(found));
                        return passedOver ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        files.add(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        Collections.sort(files);
        return files;
    }
}
