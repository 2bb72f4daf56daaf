package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "jmh", description = "The hot functions alone.", mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {
    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", defaultValue = ".*", description = "Which, as a regular expression. Default: all")
    String which = ".*";

    @Override
    public Integer call() throws Exception {
        var record = new RunRecord(
                "jmh", spec.commandLine().getParent().getParseResult().originalArgs());
        var results = record.list("results");
        for (RunResult result : new Runner(new OptionsBuilder().include(which).build()).run()) {
            JsonObject parameters = new JsonObject();
            result.getParams()
                    .getParamsKeys()
                    .forEach(key -> parameters.put(key, result.getParams().getParam(key)));
            var score = result.getPrimaryResult();
            results.add(new JsonObject()
                    .put("benchmark", result.getParams().getBenchmark())
                    .put("parameters", parameters)
                    .put("score", score.getScore())
                    .put("error", score.getScoreError())
                    .put("unit", score.getScoreUnit()));
        }
        spec.commandLine().getOut().println("raw results: " + record.write(run.results));
        return 0;
    }
}
