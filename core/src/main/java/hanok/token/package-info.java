@org.jspecify.annotations.NullMarked
package hanok.token;
