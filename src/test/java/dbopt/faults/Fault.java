package dbopt.faults;

/** A fault that strikes while a statement is on its way to the server. */
enum Fault {
    CUT("the connection is cut", "every connection of the command is gone before the statement arrives") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            scene.wire().cut();
        }
    },
    ANSWER_LOST(
            "the answer is lost",
            "the statement is done, and the connections are gone before the command hears of it") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            line.loseTheAnswer();
        }
    },
    HALF_CLOSED(
            "the connection is half-closed",
            "the server hears that the client has ended, and the client hears nothing") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            line.endTheClientsHalf();
        }
    },
    TERMINATED("the backend is terminated", "pg_terminate_backend on the session that the statement is for") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            scene.end(line.pid());
        }
    },
    STALLED("the connection stalls", "nothing goes through for a while, then it goes on") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            scene.stall();
        }
    },
    KILLED("the client is killed", "kill -9 on the command's process") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            scene.kill();
        }
    },
    INTERRUPTED("Ctrl-C", "SIGINT to the command's process") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            scene.interrupt();
        }
    },
    SERVER_STOPPED(
            "the server is stopped", "an immediate stop of the whole server, which is started again afterwards") {
        @Override
        void strike(FaultScenario scene, FaultProxy.Line line) {
            scene.stopServer();
        }
    };

    private final String name;
    private final String meaning;

    Fault(String name, String meaning) {
        this.name = name;
        this.meaning = meaning;
    }

    /** The description of the fault in the guide. */
    String meaning() {
        return meaning;
    }

    /** Strikes on the thread that forwards the statement, before the server receives it. */
    abstract void strike(FaultScenario scene, FaultProxy.Line line);

    @Override
    public String toString() {
        return name;
    }
}
