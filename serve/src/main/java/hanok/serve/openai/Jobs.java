package hanok.serve.openai;

import hanok.engine.SamplerOptions;
import hanok.serve.runner.Ask;
import hanok.serve.runner.Job;
import hanok.serve.runner.RunOptions;
import hanok.serve.runner.Runner;
import java.util.ArrayList;
import java.util.List;

/**
 * Several answers to one request, which are made together. They are taken one after the other; what
 * comes of the later ones waits.
 */
final class Jobs implements AutoCloseable {
  private final List<Job> jobs = new ArrayList<>();

  private Jobs() {}

  /** Asks {@code n} times, with seeds that follow each other if there is one. */
  static Jobs submit(Runner runner, Ask ask, int n) {
    Jobs jobs = new Jobs();
    try {
      for (int i = 0; i < n; i++) {
        jobs.add(runner, withSeed(ask, i));
      }
    } catch (RuntimeException e) {
      jobs.close();
      throw e;
    }
    return jobs;
  }

  /** Asks one question each. */
  static Jobs submitAll(Runner runner, List<Ask> asks) {
    Jobs jobs = new Jobs();
    try {
      asks.forEach(ask -> jobs.add(runner, ask));
    } catch (RuntimeException e) {
      jobs.close();
      throw e;
    }
    return jobs;
  }

  private void add(Runner runner, Ask ask) {
    jobs.add(Job.submit(runner, ask.request(runner)));
  }

  /** The i-th of several answers to a question. */
  static Ask withSeed(Ask ask, int i) {
    RunOptions options = ask.options();
    SamplerOptions sampling = options.sampling();
    if (i == 0 || sampling.seed() == -1) {
      return ask;
    }
    SamplerOptions other = sampling.toBuilder().seed(sampling.seed() + i).build();
    return new Ask(ask.prompt(), options.withSampling(other), ask.form(), ask.topLogprobs());
  }

  List<Job> list() {
    return jobs;
  }

  @Override
  public void close() {
    jobs.forEach(Job::close);
  }
}
