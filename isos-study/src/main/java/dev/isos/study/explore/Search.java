package dev.isos.study.explore;

import io.jenetics.DoubleChromosome;
import io.jenetics.DoubleGene;
import io.jenetics.Genotype;
import io.jenetics.Mutator;
import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.UniformCrossover;
import io.jenetics.engine.Engine;
import io.jenetics.engine.Evaluator;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.ext.moea.Vec;
import io.jenetics.util.ISeq;
import io.jenetics.util.RandomRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Looks for good places in a unit cube whose places are too many to try them all. Places are tried in batches, in an order that
 * depends on the seed and on what the places cost alone, so that the places do not depend on how many workers try them.
 */
final class Search {
    /** Individuals of a generation: enough for a front of several objectives, few enough for many generations. */
    private static final int POPULATION = 60;

    /** Generations without a new place after which a search is over: the space holds no more that it reaches. */
    private static final int FRUITLESS = 20;

    /** Times that as many places are drawn as are wanted, until there are so many different ones. */
    private static final int ROUNDS = 50;

    private final int dimensions;
    private final long seed;
    private final Trial trial;

    /** Tries places. */
    interface Trial {
        /** What each place costs, in one order; infinite where it is none that counts. */
        List<double[]> costs(List<double[]> places);

        /** Whether there is nothing left to try: different places so far are as many as allowed. */
        boolean isOver();

        /** Different places so far. */
        int tried();
    }

    Search(int dimensions, long seed, Trial trial) {
        this.dimensions = dimensions;
        this.seed = seed;
        this.trial = trial;
    }

    /** Places drawn independently. */
    void random(int wanted) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS && !trial.isOver(); round++) {
            trial.costs(IntStream.range(0, wanted)
                    .mapToObj(i -> random.doubles(dimensions).toArray())
                    .toList());
        }
    }

    /** Places of which in each dimension one lies in each of as many equal parts as there are places. */
    void latinHypercube(int wanted) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS && !trial.isOver(); round++) {
            trial.costs(latinHypercube(wanted, random));
        }
    }

    private List<double[]> latinHypercube(int wanted, Random random) {
        double[][] places = new double[wanted][dimensions];
        for (int d = 0; d < dimensions; d++) {
            List<Integer> parts =
                    new ArrayList<>(IntStream.range(0, wanted).boxed().toList());
            Collections.shuffle(parts, random);
            for (int i = 0; i < wanted; i++) {
                places[i][d] = (parts.get(i) + random.nextDouble()) / wanted;
            }
        }
        return List.of(places);
    }

    /** NSGA-II: the front survives, and where it is dense the more distant ones; begins with a Latin hypercube. */
    void evolutionary(int wanted) {
        RandomRegistry.with(new Random(seed), registered -> {
            int first = Math.min(POPULATION, wanted);
            ISeq<Genotype<DoubleGene>> start = latinHypercube(first, new Random(seed)).stream()
                    .map(Search::genotype)
                    .collect(ISeq.toISeq());
            evolve(start);
            return null;
        });
    }

    private void evolve(ISeq<Genotype<DoubleGene>> start) {
        Evaluator<DoubleGene, Vec<double[]>> evaluator = population -> {
            List<double[]> places = population.stream()
                    .map(individual -> individual
                            .genotype()
                            .chromosome()
                            .as(DoubleChromosome.class)
                            .toArray())
                    .toList();
            List<double[]> costs = trial.costs(places);
            return IntStream.range(0, costs.size())
                    .mapToObj(i -> population.get(i).withFitness(Vec.of(costs.get(i))))
                    .collect(ISeq.toISeq());
        };
        Function<Integer, Engine<DoubleGene, Vec<double[]>>> engine =
                size -> new Engine.Builder<>(evaluator, Genotype.of(DoubleChromosome.of(0, 1, dimensions)))
                        .optimize(Optimize.MINIMUM)
                        .populationSize(size)
                        .offspringFraction(0.5)
                        .survivorsSelector(NSGA2Selector.ofVec())
                        .offspringSelector(NSGA2Selector.ofVec())
                        .alterers(new UniformCrossover<>(0.7, 0.5), new Mutator<>(1.0 / dimensions))
                        .maximalPhenotypeAge(Long.MAX_VALUE)
                        .executor(Runnable::run)
                        .build();
        int[] fruitless = {0};
        int[] before = {-1};
        ISeq<Phenotype<DoubleGene, Vec<double[]>>> population = start.map(genotype -> Phenotype.of(genotype, 1));
        engine.apply(start.size()).stream(population, 1)
                .takeWhile(result -> {
                    fruitless[0] = trial.tried() > before[0] ? 0 : fruitless[0] + 1;
                    before[0] = trial.tried();
                    return !trial.isOver() && fruitless[0] < FRUITLESS;
                })
                .forEach(result -> {});
    }

    private static Genotype<DoubleGene> genotype(double[] place) {
        return Genotype.of(DoubleChromosome.of(IntStream.range(0, place.length)
                .mapToObj(d -> DoubleGene.of(Math.min(place[d], Math.nextDown(1.0)), 0, 1))
                .collect(ISeq.toISeq())));
    }
}
