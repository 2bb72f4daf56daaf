package dev.millrace.standalone;

import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands every test the same running system of files alone, with the jobs on Flink. Its tests have the tag flink-system:
 * they run in a process of their own, where no other system is.
 */
public final class OneFlinkSystem implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestSystem.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(OneFlinkSystem.class, type -> start(), TestSystem.class);
    }

    private static TestSystem start() {
        return TestSystem.start(
                1,
                1,
                options -> options.withProducts(Set.of(Product.files))
                        .withFlink(true)
                        .withDemo(false));
    }
}
