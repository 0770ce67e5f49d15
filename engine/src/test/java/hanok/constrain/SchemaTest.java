package hanok.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What each keyword allows, and what is refused. In these tables ' stands for ". */
final class SchemaTest {
  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private static Grammar of(String schema) {
    return Grammar.ofSchema(json(schema));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{}; [1,{'a':null}]; [1",
        "true; 'x'; x",
        "{'type':['string','null']}; null; 1",
        "{'type':'string','nullable':true}; null; 1",
        "{'type':['integer','number']}; 1.5; 'a'",
        "{'enum':[1,'a',[true,{'b':2}]]}; [true, {'b': 2}]; [true,{'b':3}]",
        "{'const':'한'}; '한'; '두'",
        "{'type':'string','enum':['a',1]}; 'a'; 1",
        "{'enum':['a','abc'],'minLength':2}; 'abc'; 'a'",
        "{'properties':{'a':{}}}; {}; {'b':1}",
        "{'properties':{'a':{}},'additionalProperties':true}; {'b':1}; {'b'}",
        "{'properties':{'a':{'type':'null'}},'additionalProperties':true}; {'a':null}; {'a':1}",
        "{'properties':{'a':false},'additionalProperties':true}; {'ab':1}; {'a':1}",
        "{'additionalProperties':{'type':'integer'}}; {'x':1,'y':2}; {'x':'1'}",
        "{'type':'object'}; {'x':[1]}; []",
        "{'type':'object','required':['b']}; {'b':1}; {}",
        "{'properties':{'a':{}},'required':['a','b']}; {'a':1,'b':2}; {'a':1}",
        "{'properties':{'a':{},'b':{}},'minProperties':1}; {'b':2}; {}",
        "{'properties':{'a':{},'b':{}},'maxProperties':2}; {'a':1,'b':2}; {'c':3}",
        "{'properties':{'a':{}},'maxProperties':0}; {}; {'a':1}",
        "{'type':'array','items':{'type':'null'}}; [null,null]; [1]",
        "{'prefixItems':[{'type':'null'},{'const':1}]}; [null,1]; [null,1,2]",
        "{'prefixItems':[{'type':'null'}],'items':{'const':2}}; [null,2,2]; [2]",
        "{'type':'array','minItems':2,'maxItems':3}; [1,2,3]; [1]",
        "{'type':'array','maxItems':0}; []; [1]",
        "{'type':'array','items':false}; []; [1]",
        "{'minLength':2,'maxLength':2}; '한글'; '한'",
        "{'minLength':1,'maxLength':2}; '\\n\\ud83d\\ude00'; 'abc'",
        "{'anyOf':[{'type':'null'},{'type':'integer'}]}; 12; 'a'",
        "{'oneOf':[{'const':1},{'const':2}]}; 2; 3",
        "{'properties':{'a':{},'b':{}},'anyOf':[{'required':['a']},{'required':['b']}]};"
            + "{'b':1}; {}",
        "{'allOf':[{'properties':{'a':{}}},{'properties':{'b':{}},'required':['b']}]};"
            + "{'a':1,'b':2}; {'a':1}",
        "{'allOf':[{'type':['string','null']},{'type':'null'}]}; null; 'a'",
        "{'allOf':[{'minimum':1},{'maximum':3}],'type':'integer'}; 3; 4",
        "{'$ref':'#/$defs/x','description':'d','$defs':{'x':{'type':'null'}}}; null; 1",
        "{'$ref':'#/$defs/x','minimum':5,'$defs':{'x':{'type':'integer'}}}; 5; 4",
        "{'$ref':'#/definitions/a%20b','definitions':{'a b':{'const':1}}}; 1; 2",
        "{'type':'object','properties':{'v':{'type':'integer'},'next':{'$ref':'#'}},"
            + "'required':['v']}; {'v':1,'next':{'v':2,'next':{'v':3}}}; {'next'}",
        "{'anyOf':[{'type':'null'},{'type':'array','items':{'$ref':'#'}}]}; [[],null,[[null]]]; 1",
        "{'type':'string','format':'date'}; '2024-02-28'; '2024-02-30'",
        "{'type':'string','format':'date-time'}; '2024-02-28T01:02:03+09:00'; '2024-02-28'",
        "{'type':'string','format':'uuid'}; '123e4567-e89b-12d3-a456-426614174000'; '123'",
        "{'type':'string','format':'ipv4'}; '192.168.0.1'; '256.0.0.1'",
        "{'type':'string','format':'email'}; 'a.b@c-d.co.kr'; 'a'",
        "{'type':'string','format':'anything'}; 'x'; 1",
        "{'type':'boolean','title':'t','default':1,'examples':[1],'$schema':'s','x-y':1,'foo':2};"
            + "true; 1",
        "{'uniqueItems':false,'type':'array'}; [1,1]; {}",
        "{'properties':{'a':{}},'unevaluatedProperties':false}; {'a':1}; {'b':1}",
      })
  void aKeywordAllowsOneAndNotTheOther(String schema, String fits, String other) {
    Grammar grammar = of(schema);
    assertThat(grammar.matches(fits.replace('\'', '"'))).as(fits).isTrue();
    assertThat(grammar.matches(other.replace('\'', '"'))).as(other).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'not':{}}; #/not",
        "{'properties':{'a/b~':{'not':{}}}}; #/properties/a~1b~0/not",
        "{'if':{}}; #/if",
        "{'type':'array','uniqueItems':true}; #/uniqueItems",
        "{'items':{'uniqueItems':true}}; #/items/uniqueItems",
        "{'dependentRequired':{}}; #/dependentRequired",
        "{'propertyNames':{}}; #/propertyNames",
        "{'contains':{}}; #/contains",
        "{'patternProperties':{}}; #/patternProperties",
        "{'unevaluatedProperties':{}}; #/unevaluatedProperties",
        "{'minProperties':2}; #/minProperties",
        "{'type':'object','maxProperties':2}; #/maxProperties",
        "{'type':'text'}; #/type: `text` is no type",
        "{'type':1}; #/type",
        "{'items':[{}]}; #/items",
        "{'minimum':'1'}; #/minimum",
        "{'exclusiveMinimum':true}; #/exclusiveMinimum",
        "{'minLength':-1}; #/minLength",
        "{'minLength':1.5}; #/minLength",
        "{'maxLength':1000000}; #/maxLength: 1000000 is above 50000",
        "{'anyOf':[]}; #/anyOf",
        "{'anyOf':{}}; #/anyOf",
        "{'anyOf':[1]}; #/anyOf/0",
        "{'properties':[]}; #/properties",
        "{'properties':{'a':1}}; #/properties/a",
        "{'required':'a'}; #/required",
        "1; #: 1 is not a schema",
        "false; no value fits",
        "{'$ref':'http://x/y'}; #/$ref",
        "{'$ref':'#/$defs/x'}; names nothing",
        "{'$ref':'#'}; no value fits",
        "{'$ref':'#/%zz'}; #/$ref",
        "{'type':'integer','minimum':3,'maximum':2}; no value fits",
        "{'type':'integer','exclusiveMinimum':3,'exclusiveMaximum':4}; no value fits",
        "{'type':'number','exclusiveMinimum':3,'maximum':3}; no value fits",
        "{'type':'integer','minimum':1,'maximum':5,'multipleOf':10}; no value fits",
        "{'type':'integer','minimum':1e30}; no value fits",
        "{'type':'number','minimum':0.12345678901234567}; more than 15 digits",
        "{'type':'integer','multipleOf':1.5}; #/multipleOf",
        "{'type':'integer','multipleOf':0}; #/multipleOf",
        "{'type':'number','multipleOf':0.03}; #/multipleOf",
        "{'type':'integer','multipleOf':5000}; #/multipleOf",
        "{'minLength':3,'maxLength':2}; at least 3 characters, but at most 2",
        "{'type':'array','minItems':3,'maxItems':2}; at least 3 items, but at most 2",
        "{'prefixItems':[{}],'minItems':2}; at least 2 items, but at most 1",
        "{'properties':{},'required':['a'],'additionalProperties':false}; #/required: `a`",
        "{'properties':{'a':false},'required':['a']}; #: no value fits",
        "{'properties':{'a':{'minimum':2,'maximum':1}}}; #/properties/a: no value fits",
        "{'type':'string','enum':[1]}; no value fits",
        "{'enum':[]}; no value fits",
        "{'allOf':[{'type':'string'},{'type':'null'}]}; no value fits",
        "{'allOf':[{'pattern':'a'},{'pattern':'b'}]}; one pattern",
        "{'properties':{'n':{'$ref':'#'}},'required':['n']}; no value fits",
        "{'type':'array','minItems':1,'items':{'$ref':'#'}}; no value fits",
        "{'const':'\\ud83d'}; surrogate",
      })
  void whatCannotBeKeptIsRefusedByItsPlace(String schema, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(schema))
        .withMessageContaining(message.replace('`', '"'));
  }

  @Test
  void propertiesComeInTheOrderOfTheSchemaAndOthersLast() {
    Grammar grammar =
        of("{'properties':{'b':{},'a':{}},'required':['a'],'additionalProperties':{'const':0}}");
    assertThat(grammar.matches("{\"b\":1,\"a\":2,\"c\":0}")).isTrue();
    assertThat(grammar.matches("{\"a\":2}")).isTrue();
    assertThat(grammar.begins("{\"a\":2,\"b\"")).isFalse();
    assertThat(grammar.begins("{\"b\":1,\"c\"")).isFalse();
    assertThat(grammar.begins("{\"a\":1,\"\\u0061\"")).isFalse();
  }

  private static void assertRefusedSoon(JsonNode schema) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThatIllegalArgumentException().isThrownBy(() -> Grammar.ofSchema(schema)));
  }

  @Test
  void hostileSchemasAreRefusedSoon() {
    JsonNodeFactory make = JsonNodeFactory.instance;
    ObjectNode many = make.objectNode();
    ArrayNode values = many.putArray("enum");
    for (int i = 0; i < 1_000_000; i++) {
      values.add("value" + i);
    }
    assertRefusedSoon(many);
    ObjectNode deep = make.objectNode();
    for (int i = 0; i < 10_000; i++) {
      ObjectNode around = make.objectNode().put("type", "array");
      around.set("items", deep);
      deep = around;
    }
    assertRefusedSoon(deep);
    assertRefusedSoon(json("{'const':'" + "x".repeat(400_000) + "'}"));
    assertRefusedSoon(json("{'type':'string','pattern':'^(.{0,500}가){500}$','maxLength':5000}"));
    assertRefusedSoon(json("{'allOf':[{'$ref':'#'},{'$ref':'#'}],'minimum':2,'maximum':1}"));
    assertRefusedSoon(alternativesOfAlternatives(20));
    assertRefusedSoon(
        json(
            "{'type':'array','maxItems':50000,'items':{'type':'array','maxItems':50000,"
                + "'items':{'type':'array','maxItems':50000,'items':{'type':'string',"
                + "'maxLength':50000}}}}"));
  }

  /** A product of choices: two to the power of {@code count} of them. */
  private static ObjectNode alternativesOfAlternatives(int count) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode all = schema.putArray("allOf");
    for (int i = 0; i < count; i++) {
      ArrayNode either = all.addObject().putArray("anyOf");
      either.addObject().put("minLength", i);
      either.addObject().put("maxLength", 100 + i);
    }
    return schema;
  }

  @Test
  void numbersOfAnyMagnitudeAreReadWithoutWritingThemOut() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "integer");
    schema.put("minimum", new java.math.BigDecimal("1e-1000000000"));
    schema.put("maximum", new java.math.BigDecimal("1e1000000000"));
    Grammar grammar = Grammar.ofSchema(schema);
    assertThat(grammar.matches("0")).isFalse();
    assertThat(grammar.matches("1")).isTrue();
  }

  @Test
  void ambiguousRecursionStaysWithinLimits() {
    Grammar grammar =
        of(
            "{'anyOf':[{'properties':{'a':{'$ref':'#'}},'required':['a']},"
                + "{'properties':{'a':{'$ref':'#'},'b':{}},'required':['a']},{'type':'null'}]}");
    String deep = "{\"a\":".repeat(40) + "null" + "}".repeat(40);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(grammar.matches(deep)).isTrue());
  }
}
