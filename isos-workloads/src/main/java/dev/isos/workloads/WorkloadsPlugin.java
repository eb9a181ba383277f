package dev.isos.workloads;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.workloads.builtin.BuiltInWorkloads;
import dev.isos.workloads.description.DescriptionImporter;
import dev.isos.workloads.export.FloatOnnxExporter;
import dev.isos.workloads.export.OnnxExporter;
import dev.isos.workloads.export.WorkloadFileExporter;
import dev.isos.workloads.file.WorkloadFileImporter;
import dev.isos.workloads.onnx.OnnxImporter;
import dev.isos.workloads.scalesim.ScaleSimImporter;

/** Built-in networks and the importers of network files. */
public final class WorkloadsPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "isos-workloads";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.workloads(new BuiltInWorkloads());
        registrar.importer(new WorkloadFileImporter());
        registrar.importer(new OnnxImporter());
        registrar.importer(new ScaleSimImporter());
        registrar.importer(new DescriptionImporter());
        registrar.exporter(new WorkloadFileExporter());
        registrar.exporter(new OnnxExporter());
        registrar.exporter(new FloatOnnxExporter());
    }
}
