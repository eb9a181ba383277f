package dev.isos.hw.stepped;

import dev.isos.hw.isosceles.IsoscelesModel;
import dev.isos.hw.stepped.LayerContext.Weights;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The stream of activations of one layer in one lane. Reads one non-zero element per cycle, or as many as {@code streamElements}
 * says, with the weights that it meets, and keeps a few until the processing elements have multiplied them: it reads ahead, be
 * it into its next item. A vector is one element with up to {@code vectorWidth} of its weights.
 */
final class ActivationStream {
    private final int vectorWidth;

    /** Items whose elements are not all read, in the order in which they became ready. */
    private final Deque<FrontEndItem> items = new ArrayDeque<>();

    private final Deque<Element> fetched = new ArrayDeque<>();

    /** Vectors of elements that have not been multiplied. */
    long waitingVectors;

    /** Elements read and products made so far. */
    long elements;

    long products;

    /** A front-end item at work. */
    static final class FrontEndItem {
        final int number;
        final LayerContext context;
        final int step;
        final int row;
        final List<Integer> elements;
        final FilterBuffer filterBuffer;
        int next;
        int multiplied;
        int vectors;
        int products;
        long start = -1;

        FrontEndItem(int number, LayerContext context, int step, int row, int laneOfRow, FilterBuffer filterBuffer) {
            this.number = number;
            this.context = context;
            this.step = step;
            this.row = row;
            this.filterBuffer = filterBuffer;
            this.elements = context.elements(step, row, laneOfRow);
        }

        boolean done() {
            return multiplied == elements.size();
        }

        int pass() {
            return context.pass(step, context.layer.inputShape().width());
        }
    }

    private static final class Element {
        final FrontEndItem item;
        final int value;
        final Weights weights;
        int next;

        Element(FrontEndItem item, int value, Weights weights) {
            this.item = item;
            this.value = value;
            this.weights = weights;
        }
    }

    /** @param vectorWidth weights of a vector */
    ActivationStream(int vectorWidth) {
        this.vectorWidth = vectorWidth;
    }

    void add(FrontEndItem item, int vectors) {
        items.add(item);
        waitingVectors += vectors;
    }

    boolean idle() {
        return items.isEmpty() && fetched.isEmpty();
    }

    /** Reads the next element if there is one and room for it; elements without weights pass at once. */
    void read(long cycle, Deque<FrontEndItem> done) {
        if (items.isEmpty() || fetched.size() == IsoscelesModel.FILTER_FETCHERS) {
            return;
        }
        FrontEndItem item = items.element();
        int element = item.elements.get(item.next++);
        item.start = item.start < 0 ? cycle : item.start;
        elements++;
        Weights met = item.context.weights(item.pass(), element);
        if (met.size() > 0) {
            item.filterBuffer.read(item.context.segment(), item.context.layer.index(), item.context.tile(item.step));
        }
        Element read = new Element(item, item.context.value(element), met);
        if (met.size() == 0) {
            multiplied(read, done);
        } else {
            fetched.add(read);
        }
        if (item.next == item.elements.size()) {
            items.remove();
        }
    }

    private static void multiplied(Element element, Deque<FrontEndItem> done) {
        element.item.multiplied++;
        if (element.item.done()) {
            done.add(element.item);
        }
    }

    boolean hasVector() {
        return !fetched.isEmpty();
    }

    /** A processing element multiplies the next vector. */
    void multiply(Deque<FrontEndItem> done) {
        Element element = fetched.element();
        FrontEndItem item = element.item;
        int end = Math.min(element.next + vectorWidth, element.weights.size());
        for (; element.next < end; element.next++) {
            Weights met = element.weights;
            int i = element.next;
            item.context.partials.add(
                    item.pass(), met.q(i), item.row, met.r(i), met.k(i), element.value * met.value(i));
            item.products++;
            products++;
        }
        item.vectors++;
        waitingVectors--;
        if (element.next == element.weights.size()) {
            fetched.remove();
            multiplied(element, done);
        }
    }
}
