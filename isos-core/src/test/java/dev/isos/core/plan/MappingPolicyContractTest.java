package dev.isos.core.plan;

import dev.isos.api.plan.MappingPolicy;
import dev.isos.testkit.MappingPolicyContract;
import org.junit.jupiter.api.Nested;

class MappingPolicyContractTest {
    @Nested
    class Single extends MappingPolicyContract {
        @Override
        protected MappingPolicy policy() {
            return new SinglePolicy();
        }
    }

    @Nested
    class Greedy extends MappingPolicyContract {
        @Override
        protected MappingPolicy policy() {
            return GreedyPolicy.greedy();
        }
    }

    @Nested
    class Block extends MappingPolicyContract {
        @Override
        protected MappingPolicy policy() {
            return GreedyPolicy.block();
        }
    }
}
