package hanok.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/** What answers are asked to look like, and whether they do. */
final class Schemas {
  /** A person, as small as it gets, so that an answer of gibberish is short. */
  static final String PERSON =
      """
      {"type":"object","additionalProperties":false,"required":["name","age","mood"],
       "properties":{
         "name":{"type":"string","maxLength":12},
         "age":{"type":"integer","minimum":0,"maximum":150},
         "mood":{"type":"string","enum":["좋음","나쁨"]}}}\
      """;

  private Schemas() {}

  /** Fails unless a text is JSON, and as a schema says. */
  static void assertMatches(String schema, String text) {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    Schema compiled = registry.getSchema(schema, InputFormat.JSON);
    assertThat(compiled.validate(text, InputFormat.JSON)).as(text).isEmpty();
  }
}
