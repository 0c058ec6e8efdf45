package io.github.coordination.aop;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.annotation.GroupMember;

/**
 * The groups that beans name with {@link GroupMember}. A group has one membership,
 * however many beans name it.
 */
public final class GroupMemberships {

	private final PropertyResolver placeholders;

	private final Map<String, Map<String, String>> metadata = new LinkedHashMap<>();

	private final Map<String, String> sources = new LinkedHashMap<>();

	private GroupMemberships(PropertyResolver placeholders) {
		this.placeholders = placeholders;
	}

	/**
	 * Find the memberships of all beans.
	 * @param beanFactory whose beans to look at
	 * @param placeholders what resolves placeholders in attributes
	 * @return the metadata by the group's name
	 * @throws InvalidAnnotationException if an annotation cannot work, or two contradict
	 * each other
	 */
	public static Map<String, Map<String, String>> find(ListableBeanFactory beanFactory,
			PropertyResolver placeholders) {
		GroupMemberships memberships = new GroupMemberships(placeholders);
		for (String name : beanFactory.getBeanNamesForAnnotation(GroupMember.class)) {
			memberships.add(beanFactory.findAnnotationOnBean(name, GroupMember.class), beanFactory.getType(name));
		}
		return memberships.metadata;
	}

	private void add(@Nullable GroupMember annotation, @Nullable Class<?> beanClass) {
		if (annotation == null || beanClass == null) {
			return;
		}
		AnnotationSite site = new AnnotationSite(GroupMember.class, beanClass, null, this.placeholders);
		String group = site.name("group", annotation.group());
		Map<String, String> merged = this.metadata.computeIfAbsent(group, (name) -> new LinkedHashMap<>());
		for (String pair : annotation.metadata()) {
			int equals = pair.indexOf('=');
			if (equals < 1) {
				throw site.invalid("metadata = \"" + pair + "\" is not of the form key=value.",
						"Write it like zone=north.");
			}
			String key = site.text("metadata", pair.substring(0, equals).trim());
			String value = site.text("metadata", pair.substring(equals + 1).trim());
			String known = merged.putIfAbsent(key, value);
			String source = this.sources.putIfAbsent(group + "=" + key, site.label());
			if (known != null && !known.equals(value)) {
				throw site.invalid(
						"it says " + key + "=" + value + " of this member of '" + group + "', and " + source + " says "
								+ key + "=" + known + ".",
						"All beans of the application share one membership of a group: let them say the same.");
			}
		}
	}

}
