package dev.isos.baselines.scnn.bank;

import dev.isos.api.dataflow.UnitModel;

/**
 * The accumulator banks of a processing element of SCNN: how long its multipliers take depends on which products meet in a bank.
 *
 * @param weightVector weights that are multiplied at a time, at most
 * @param activationVector activations that are multiplied at a time, at most
 * @param banks a power of two
 * @param queue products that may wait at a bank before the multipliers stall
 */
public record BankModel(int weightVector, int activationVector, int banks, int queue) implements UnitModel {
    /** The fastest timer for these banks. */
    public BankTimer timer() {
        return BitPlaneBankTimer.fits(this) ? new BitPlaneBankTimer(this) : new ProductBankTimer(this);
    }
}
