package hanok.serve.runner;

import hanok.store.Puller;

/** What the interfaces of a server share. */
public record Services(Catalog catalog, Puller puller, Runners runners, Metrics metrics) {}
