package hanok.train.torch;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that is passed over where there is no libtorch, as on Linux on ARM. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLibTorch.Condition.class)
public @interface NeedsLibTorch {

  /** Looks for the jar of this machine. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String library = System.mapLibraryName("jnitorch");
      for (String variant : new String[] {"", "-gpu"}) {
        String name = "org/bytedeco/pytorch/" + Loader.getPlatform() + variant + "/" + library;
        if (ClassLoader.getSystemResource(name) != null) {
          return ConditionEvaluationResult.enabled("libtorch is there");
        }
      }
      return ConditionEvaluationResult.disabled("no libtorch for " + Loader.getPlatform());
    }
  }
}
