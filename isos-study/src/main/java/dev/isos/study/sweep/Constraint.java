package dev.isos.study.sweep;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.config.FunctionDictionaryIfc;
import com.ezylang.evalex.config.MapBasedFunctionDictionary;
import com.ezylang.evalex.config.MapBasedOperatorDictionary;
import com.ezylang.evalex.config.OperatorDictionaryIfc;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.basic.AbsFunction;
import com.ezylang.evalex.functions.basic.IfFunction;
import com.ezylang.evalex.functions.basic.MaxFunction;
import com.ezylang.evalex.functions.basic.MinFunction;
import com.ezylang.evalex.functions.basic.SqrtFunction;
import com.ezylang.evalex.operators.arithmetic.InfixDivisionOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.InfixModuloOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMultiplicationOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPlusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixPlusOperator;
import com.ezylang.evalex.operators.booleans.InfixAndOperator;
import com.ezylang.evalex.operators.booleans.InfixEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixGreaterEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixGreaterOperator;
import com.ezylang.evalex.operators.booleans.InfixLessEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixLessOperator;
import com.ezylang.evalex.operators.booleans.InfixNotEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixOrOperator;
import com.ezylang.evalex.operators.booleans.PrefixNotOperator;
import com.ezylang.evalex.parser.ASTNode;
import com.ezylang.evalex.parser.ParseException;
import com.ezylang.evalex.parser.Token.TokenType;
import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.core.text.Nearest;
import dev.isos.study.result.ResultField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * A condition on the points of a sweep: an expression over parameters, in the unit of their quantity, and numbers of the result, such as
 * {@code lanes * processingElements <= 512 && areaMm2 < 60}. There are the usual operators and {@code ABS}, {@code IF}, {@code MAX},
 * {@code MIN} and {@code SQRT}, and {@code kB} to {@code GiB}, {@code kHz} to {@code GHz} as factors; nothing whose value would
 * depend on anything else, and nothing that makes a short expression compute for long. Safe for use by many threads.
 */
public final class Constraint {
    /** More than a condition needs, little enough for any nesting. */
    static final int LONGEST = 500;

    /** Exponents of three digits: numbers that say nothing and take memory. */
    private static final Pattern HUGE = Pattern.compile("[0-9.][eE][+-]?[0-9]{3}");

    private static final Map<String, Double> UNITS = units();

    private static final ExpressionConfiguration CONFIGURATION = ExpressionConfiguration.builder()
            .operatorDictionary(operators())
            .functionDictionary(functions())
            .arraysAllowed(false)
            .binaryAllowed(false)
            .implicitMultiplicationAllowed(false)
            .singleQuoteStringLiteralsAllowed(true)
            .defaultConstants(Map.of())
            .build();

    private final String text;
    private final String place;
    private final Expression expression;

    /** Names that the expression uses, with the position of the first letter of each. */
    private final Map<String, Integer> names = new LinkedHashMap<>();

    /**
     * Reads an expression.
     *
     * @param place where it stands, for messages
     * @throws IsosException with place and expectation when it is none
     */
    Constraint(String text, String place) {
        this.text = text;
        this.place = place;
        this.expression = new Expression(text, CONFIGURATION);
        if (text.length() > LONGEST || HUGE.matcher(text).find()) {
            throw mistake(
                    1,
                    text.length() > LONGEST
                            ? "expected at most " + LONGEST + " characters"
                            : "an exponent has one or two digits");
        }
        try {
            collect(expression.getAbstractSyntaxTree());
        } catch (ParseException e) {
            throw mistake(e.getStartPosition(), lowerCase(e.getMessage()));
        } catch (RuntimeException e) {
            // the parser indexes past the end of some texts
            throw mistake(1, "expected an expression such as 'lanes * processingElements <= 512'");
        }
    }

    private static OperatorDictionaryIfc operators() {
        MapBasedOperatorDictionary operators = new MapBasedOperatorDictionary();
        operators.addOperator("+", new PrefixPlusOperator());
        operators.addOperator("-", new PrefixMinusOperator());
        operators.addOperator("+", new InfixPlusOperator());
        operators.addOperator("-", new InfixMinusOperator());
        operators.addOperator("*", new InfixMultiplicationOperator());
        operators.addOperator("/", new InfixDivisionOperator());
        operators.addOperator("%", new InfixModuloOperator());
        operators.addOperator("==", new InfixEqualsOperator());
        operators.addOperator("!=", new InfixNotEqualsOperator());
        operators.addOperator(">", new InfixGreaterOperator());
        operators.addOperator(">=", new InfixGreaterEqualsOperator());
        operators.addOperator("<", new InfixLessOperator());
        operators.addOperator("<=", new InfixLessEqualsOperator());
        operators.addOperator("&&", new InfixAndOperator());
        operators.addOperator("||", new InfixOrOperator());
        operators.addOperator("!", new PrefixNotOperator());
        return operators;
    }

    private static FunctionDictionaryIfc functions() {
        MapBasedFunctionDictionary functions = new MapBasedFunctionDictionary();
        functions.addFunction("ABS", new AbsFunction());
        functions.addFunction("IF", new IfFunction());
        functions.addFunction("MAX", new MaxFunction());
        functions.addFunction("MIN", new MinFunction());
        functions.addFunction("SQRT", new SqrtFunction());
        return functions;
    }

    private static Map<String, Double> units() {
        Map<String, Double> units = new TreeMap<>();
        String[] letters = {"k", "M", "G"};
        for (int i = 0; i < letters.length; i++) {
            units.put(letters[i] + "B", Math.pow(10, 3.0 * (i + 1)));
            units.put(letters[i] + "Hz", Math.pow(10, 3.0 * (i + 1)));
            units.put((i == 0 ? "K" : letters[i]) + "iB", Math.scalb(1.0, 10 * (i + 1)));
        }
        return units;
    }

    private static String lowerCase(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private IsosException mistake(int position, String message) {
        String at = position > 1 ? "character " + position + ": " : "";
        return IsosException.badInput(place + ": constraint '" + text + "': " + at + message);
    }

    private void collect(ASTNode node) {
        TokenType type = node.getToken().getType();
        if (type == TokenType.VARIABLE_OR_CONSTANT || type == TokenType.STRUCTURE_SEPARATOR) {
            ASTNode first = node;
            while (!first.getParameters().isEmpty()) {
                first = first.getParameters().get(0);
            }
            String name = path(node);
            if (!name.equalsIgnoreCase("true") && !name.equalsIgnoreCase("false")) {
                names.putIfAbsent(name, first.getToken().getStartPosition());
            }
        } else {
            node.getParameters().forEach(this::collect);
        }
    }

    private static String path(ASTNode node) {
        return node.getToken().getType() == TokenType.STRUCTURE_SEPARATOR
                ? path(node.getParameters().get(0))
                        + "."
                        + path(node.getParameters().get(1))
                : node.getToken().getValue();
    }

    /** As written. */
    public String text() {
        return text;
    }

    /** Whether it speaks of the result; if not, it can be decided before anything is simulated. */
    public boolean ofResult() {
        return names.keySet().stream().anyMatch(ResultField.paths()::contains);
    }

    /** Bounds on single numbers of the result that must hold for it to hold. */
    List<Limit> limits() {
        List<Limit> limits = new ArrayList<>();
        try {
            addLimits(expression.getAbstractSyntaxTree(), limits);
        } catch (ParseException e) {
            throw new IllegalStateException("an expression that was read cannot be read", e);
        }
        return limits;
    }

    private synchronized void addLimits(ASTNode node, List<Limit> into) {
        String operator = node.getToken().getValue();
        if (operator.equals("&&")) {
            node.getParameters().forEach(side -> addLimits(side, into));
        } else if (node.getToken().getType() == TokenType.INFIX_OPERATOR && operator.matches("[<>]=?|==")) {
            ASTNode left = node.getParameters().get(0);
            ASTNode right = node.getParameters().get(1);
            boolean swapped = !ResultField.paths().contains(path(left));
            String number = path(swapped ? right : left);
            ASTNode bound = swapped ? left : right;
            if (ResultField.paths().contains(number) && isConstant(bound)) {
                double value = value(bound);
                if (!operator.startsWith(swapped ? "<" : ">")) {
                    into.add(new Limit(number, true, value));
                }
                if (!operator.startsWith(swapped ? ">" : "<")) {
                    into.add(new Limit(number, false, value));
                }
            }
        }
    }

    private static boolean isConstant(ASTNode node) {
        TokenType type = node.getToken().getType();
        return switch (type) {
            case NUMBER_LITERAL -> true;
            case VARIABLE_OR_CONSTANT -> UNITS.containsKey(node.getToken().getValue());
            case INFIX_OPERATOR, PREFIX_OPERATOR ->
                node.getToken().getValue().matches("[-+*/%]")
                        && node.getParameters().stream().allMatch(Constraint::isConstant);
            default -> false;
        };
    }

    private double value(ASTNode node) {
        try {
            return expression
                    .withValues(UNITS)
                    .evaluateSubtree(node)
                    .getNumberValue()
                    .doubleValue();
        } catch (EvaluationException e) {
            throw mistake(e.getStartPosition(), lowerCase(e.getMessage()));
        }
    }

    /**
     * Refuses names that are neither parameters nor numbers of the result, and what is no condition.
     *
     * @param parameters names of parameters
     * @param some values of them, to try it with
     */
    void check(Collection<String> parameters, Map<String, Object> some) {
        List<String> known = new ArrayList<>(parameters);
        known.addAll(ResultField.paths());
        known.addAll(UNITS.keySet());
        names.forEach((name, position) -> {
            if (!known.contains(name)) {
                throw mistake(position, "unknown name '" + name + "'" + Nearest.hint(name, known));
            }
        });
        Map<String, Object> values = new HashMap<>(some);
        // no numbers that make differences zero
        ResultField.paths().forEach(path -> values.put(path, 1.0 + values.size() / 1024.0));
        try {
            evaluate(values);
        } catch (EvaluationException e) {
            throw mistake(e.getStartPosition(), lowerCase(e.getMessage()));
        }
    }

    /**
     * Whether a configuration meets it.
     *
     * @param parameters values of all parameters
     */
    public boolean holds(Map<String, Object> parameters) {
        try {
            return evaluate(parameters);
        } catch (EvaluationException e) {
            throw mistake(e.getStartPosition(), lowerCase(e.getMessage()));
        }
    }

    /**
     * Whether a run meets it.
     *
     * @param parameters values of all parameters of its configuration
     */
    public boolean holds(Map<String, Object> parameters, RunResult run) {
        return holds(parameters, run, path -> 1);
    }

    /** The same of a run whose numbers are so many times as large, those excepted that no estimate changes. */
    boolean holds(Map<String, Object> parameters, RunResult run, ToDoubleFunction<String> factor) {
        Map<String, Object> values = new HashMap<>(parameters);
        names.keySet().stream()
                .filter(ResultField.paths()::contains)
                .forEach(path -> values.put(
                        path,
                        ResultField.number(path, run) * (ResultField.isExact(path) ? 1 : factor.applyAsDouble(path))));
        return holds(values);
    }

    private synchronized boolean evaluate(Map<String, Object> known) throws EvaluationException {
        Map<String, Object> values = new HashMap<>();
        for (Map.Entry<String, Integer> name : names.entrySet()) {
            Object value = known.getOrDefault(name.getKey(), UNITS.get(name.getKey()));
            if (value == null) {
                throw mistake(name.getValue(), "'" + name.getKey() + "' has no value in each configuration");
            }
            put(values, name.getKey().split("\\."), 0, value);
        }
        try {
            EvaluationValue result = expression.withValues(values).evaluate();
            if (!result.isBooleanValue()) {
                throw mistake(1, "expected a condition, such as 'lanes <= 64'");
            }
            return result.getBooleanValue();
        } catch (ParseException e) {
            throw new IllegalStateException("an expression that was read cannot be read", e);
        } catch (ArithmeticException e) {
            throw mistake(1, "its value cannot be computed: " + lowerCase(e.getMessage()));
        }
    }

    /** Nested as the dots say. */
    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> into, String[] path, int at, Object value) {
        if (at == path.length - 1) {
            into.put(path[at], value);
        } else {
            put((Map<String, Object>) into.computeIfAbsent(path[at], key -> new HashMap<>()), path, at + 1, value);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
