package io.github.coordination.aop;

import java.lang.reflect.Method;

import io.github.coordination.annotation.OnOther;
import io.github.coordination.annotation.Partitioned;

/**
 * What {@link Partitioned} asks of one method, ready to be used.
 */
final class PartitionPlan extends OwnerPlan {

	final String group;

	final KeyExpression key;

	PartitionPlan(Partitioned annotation, Method method, AnnotationSite site) {
		super(method, site, annotation.onOther() == OnOther.SKIP, annotation.onRevoked());
		this.group = site.name("group", annotation.group());
		if (annotation.key().isBlank()) {
			throw site.invalid("key is empty, so it is not known who is to run a call.",
					"Refer to a parameter, as in key = \"#order.customer\".");
		}
		this.key = new KeyExpression(site, method, annotation.key());
	}

	@Override
	String owned() {
		return "the slot of the key in '" + this.group + "'";
	}

}
