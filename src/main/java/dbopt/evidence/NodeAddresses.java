package dbopt.evidence;

import dbopt.server.DatabaseAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The addresses of the nodes of a cluster, each node once.
 *
 * @param byName the addresses by host, port and database; the first is that of the database that the command works on
 */
public record NodeAddresses(Map<String, DatabaseAddress> byName) {
    public NodeAddresses {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * Returns the addresses of the database and of the other nodes. A node whose address names no role or password gets those
     * of the database.
     *
     * @param nodes the addresses that {@code --node} gives
     * @param warning receives a message if other users of the machine can read a password
     */
    public static NodeAddresses of(DatabaseAddress first, List<String> nodes, Consumer<String> warning) {
        Map<String, DatabaseAddress> addresses = new LinkedHashMap<>();
        addresses.put(name(first), first);
        for (String node : nodes) {
            DatabaseAddress address = DatabaseAddress.parse(node, "--node");
            if (address.password().isPresent()) {
                warning.accept(
                        "WARNING: everyone on this machine can read the password in --node while this runs. Give it by FLYWAY_PASSWORD, --password-file or --password, which go to every node.");
            }
            addresses.putIfAbsent(
                    name(address),
                    new DatabaseAddress(
                            address.url(),
                            address.user().or(first::user),
                            address.password().or(first::password),
                            Optional.of("--node")));
        }
        return new NodeAddresses(addresses);
    }

    /**
     * Returns these addresses and those of further nodes, with the role, password and parameters of the first address.
     *
     * @param names the nodes by host, port and database
     */
    public NodeAddresses and(List<String> names) {
        Map<String, DatabaseAddress> addresses = new LinkedHashMap<>(byName);
        DatabaseAddress first = byName.values().iterator().next();
        int parameters = first.url().indexOf('?');
        for (String name : names) {
            int database = name.lastIndexOf('/') + 1;
            String url = "jdbc:postgresql://" + name.substring(0, database)
                    + URLEncoder.encode(name.substring(database), StandardCharsets.UTF_8)
                    + (parameters < 0 ? "" : first.url().substring(parameters));
            addresses.putIfAbsent(
                    name,
                    new DatabaseAddress(url, first.user(), first.password(), Optional.of("the file of observations")));
        }
        return new NodeAddresses(addresses);
    }

    private static String name(DatabaseAddress address) {
        return new DatabaseAddress(address.url(), Optional.empty(), Optional.empty()).display();
    }
}
