package io.github.coordination.aop;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.ParseException;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

import io.github.coordination.MisuseException;
import io.github.coordination.spi.Spelling;

/**
 * The part of a name that a method's arguments decide: parsed once, compiled when it is
 * used often, and evaluated without looking anything up.
 */
final class KeyExpression {

	private static final ClassValue<Boolean> HAS_TEXT = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			try {
				return type.getMethod("toString").getDeclaringClass() != Object.class;
			}
			catch (NoSuchMethodException ex) {
				return false;
			}
		}

	};

	private final AnnotationSite site;

	private final Method method;

	private final String text;

	/** Whether it speaks of the call; asked for at each evaluation. */
	private final boolean rooted;

	private final Expression expression;

	private final List<String> names;

	/**
	 * What does not depend on the call; it caches how properties and methods are reached.
	 */
	private final StandardEvaluationContext shared = new StandardEvaluationContext();

	KeyExpression(AnnotationSite site, Method method, String text) {
		this.site = site;
		this.method = method;
		this.text = text;
		this.rooted = text.contains("#root");
		SpelParserConfiguration configuration = new SpelParserConfiguration(SpelCompilerMode.MIXED,
				site.beanClass().getClassLoader());
		try {
			SpelExpression parsed = new SpelExpressionParser(configuration).parseRaw(text);
			@Nullable String @Nullable [] discovered = new DefaultParameterNameDiscoverer().getParameterNames(method);
			this.names = (discovered != null) ? Arrays.stream(discovered).map(String::valueOf).toList() : List.of();
			requireKnownVariables(parsed.getAST(), method);
			this.expression = parsed;
		}
		catch (ParseException | IllegalStateException ex) {
			throw site.invalid("key = \"" + text + "\" is not a SpEL expression: " + ex.getMessage() + ".",
					"Refer to parameters by #name, as in #order.id.");
		}
	}

	/**
	 * Evaluate it.
	 * @param arguments the arguments of the call
	 * @return a text that is not empty
	 */
	String evaluate(@Nullable Object[] arguments) {
		Object value = this.expression.getValue(new Arguments(arguments));
		if (value instanceof String key && !key.isEmpty()) {
			return key;
		}
		if (value == null || value.toString().isEmpty()) {
			throw new MisuseException("the key \"" + this.text + "\" of " + this.site.label()
					+ " is null or empty in this call: what it means is not known");
		}
		if (!HAS_TEXT.get(value.getClass())) {
			throw new MisuseException(
					"the key \"" + this.text + "\" of " + this.site.label() + " is a " + value.getClass().getTypeName()
							+ ", which has no text of its own: every process would name something else");
		}
		return value.toString();
	}

	private void requireKnownVariables(SpelNode node, Method method) {
		if (node instanceof VariableReference variable) {
			String name = variable.toStringAST().substring(1);
			if (!this.names.contains(name) && !isIndex(name, method) && !isOfTheLanguage(name)) {
				throw this.site.invalid("key = \"" + this.text + "\" names #" + name + ", which is not a parameter.",
						this.names.isEmpty()
								? "Compile with -parameters, or write #p0 for the first parameter, #p1 for the second."
								: Spelling.suggest(name, this.names) + "Parameters: #" + String.join(", #", this.names)
										+ ".");
			}
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			requireKnownVariables(node.getChild(i), method);
		}
	}

	private static boolean isIndex(String name, Method method) {
		int index = index(name);
		return index >= 0 && index < method.getParameterCount();
	}

	/** Read {@code p0} or {@code a0}. */
	private static int index(String name) {
		boolean numbered = name.length() > 1 && name.length() < 5 && (name.charAt(0) == 'p' || name.charAt(0) == 'a')
				&& name.chars().skip(1).allMatch((c) -> c >= '0' && c <= '9');
		return numbered ? Integer.parseInt(name.substring(1)) : -1;
	}

	private static boolean isOfTheLanguage(String name) {
		return name.equals("this") || name.equals("root");
	}

	/**
	 * The arguments of one call as variables; everything else is shared.
	 */
	private final class Arguments implements EvaluationContext {

		private final @Nullable Object[] values;

		Arguments(@Nullable Object[] values) {
			this.values = values;
		}

		@Override
		public @Nullable Object lookupVariable(String name) {
			int index = KeyExpression.this.names.indexOf(name);
			if (index < 0) {
				index = index(name);
			}
			return (index >= 0 && index < this.values.length) ? this.values[index] : null;
		}

		@Override
		public void setVariable(String name, @Nullable Object value) {
			throw new UnsupportedOperationException("a key reads its arguments and changes nothing");
		}

		@Override
		public boolean isAssignmentEnabled() {
			return false;
		}

		@Override
		public TypedValue getRootObject() {
			if (!KeyExpression.this.rooted) {
				return TypedValue.NULL;
			}
			return new TypedValue(
					new KeyRoot(KeyExpression.this.site.beanClass(), KeyExpression.this.method, this.values));
		}

		@Override
		public List<PropertyAccessor> getPropertyAccessors() {
			return KeyExpression.this.shared.getPropertyAccessors();
		}

		@Override
		public List<ConstructorResolver> getConstructorResolvers() {
			return KeyExpression.this.shared.getConstructorResolvers();
		}

		@Override
		public List<MethodResolver> getMethodResolvers() {
			return KeyExpression.this.shared.getMethodResolvers();
		}

		@Override
		public @Nullable BeanResolver getBeanResolver() {
			return null;
		}

		@Override
		public TypeLocator getTypeLocator() {
			return KeyExpression.this.shared.getTypeLocator();
		}

		@Override
		public TypeConverter getTypeConverter() {
			return KeyExpression.this.shared.getTypeConverter();
		}

		@Override
		public TypeComparator getTypeComparator() {
			return KeyExpression.this.shared.getTypeComparator();
		}

		@Override
		public OperatorOverloader getOperatorOverloader() {
			return KeyExpression.this.shared.getOperatorOverloader();
		}

	}

}
