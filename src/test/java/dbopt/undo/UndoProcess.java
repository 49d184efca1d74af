package dbopt.undo;

import dbopt.TestDatabase;
import dbopt.database.MigrationProject;
import java.nio.file.Path;

/** An undo in a process of its own, to be killed. */
final class UndoProcess {
    private UndoProcess() {}

    public static void main(String[] arguments) {
        Undo.of(MigrationProject.find(Path.of(""), null)
                        .flyway()
                        .dataSource(arguments[0], TestDatabase.OWNER, TestDatabase.PASSWORD))
                .run(new UndoListener() {});
    }
}
