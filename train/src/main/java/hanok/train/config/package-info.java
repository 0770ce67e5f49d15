/**
 * What a run is told in YAML, as records with defaults and checks, and what it will cost. They are
 * read by {@code hanok.console.ConfigFile}: a component {@code microRows} is the key {@code
 * micro_rows}, and what a file leaves out comes to a constructor as null.
 */
@org.jspecify.annotations.NullMarked
package hanok.train.config;
