package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.server.LockWatch;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import java.util.Optional;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Prints the progress of an undo: a bar on a terminal, otherwise a line for each new step. */
final class UndoProgress implements UndoListener, AutoCloseable {
    private static final int WIDTH = 110;

    private final Terminal terminal;
    private final LockWatch turn;
    private final boolean tellsSteps;
    private Optional<ProgressBar> bar = Optional.empty();
    private String shown = "";
    private boolean begun;

    /**
     * Prepares the progress of one undo.
     *
     * @param turn reports which session the undo waits for, until the undo has the lock
     * @param tellsSteps whether to print lines for each script, and not only the progress of long statements
     */
    UndoProgress(Terminal terminal, LockWatch turn, boolean tellsSteps) {
        this.tellsSteps = tellsSteps;
        this.terminal = requireNonNull(terminal, "terminal is null");
        this.turn = requireNonNull(turn, "turn is null");
    }

    @Override
    public boolean interrupted() {
        return InterruptHandler.interrupted();
    }

    @Override
    public synchronized void starting(UndoStep step, int number, int of) {
        turn.close();
        begun = true;
        if (tellsSteps) {
            terminal.progress("Undoing %s with %s (%d of %d)"
                    .formatted(step.name(), step.script().getScript(), number, of));
        }
    }

    @Override
    public synchronized void building(IndexBuild build) {
        if (!begun) {
            return; // until then, the lock watch reports what the undo waits for
        }
        String now = build.target() + build.phase() + build.blockers().names();
        if (!now.equals(shown)) {
            close();
            shown = now;
            if (!terminal.interactive() || build.percent().isEmpty()) {
                terminal.passing(build.describe());
            }
        }
        if (terminal.interactive() && build.percent().isPresent()) {
            if (bar.isEmpty()) {
                bar = Optional.of(bar(build));
            }
            bar.get().stepTo(build.percent().getAsInt());
        }
    }

    private ProgressBar bar(IndexBuild build) {
        return new ProgressBarBuilder()
                .setTaskName(build.target() + ": " + build.phase())
                .setInitialMax(100)
                .setUnit(" %", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(new DelegatingProgressBarConsumer(terminal::passing, WIDTH))
                .build();
    }

    @Override
    public synchronized void done(Undone undone) {
        close();
        if (tellsSteps) {
            terminal.progress("Undone V%s in %.1f s".formatted(undone.version(), undone.milliseconds() / 1000.0));
        }
    }

    @Override
    public synchronized void close() {
        if (bar.isPresent()) {
            bar.get().close();
            bar = Optional.empty();
        }
        terminal.clear();
    }
}
