using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Mocking.Recordings;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>Removes secrets from recordings: by the rules of this version, and the values of further names.</summary>
[Cmdlet(VerbsSecurity.Protect, "BearerRecording", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ProtectBearerRecordingCommand : PSCmdlet
{
    /// <summary>Paths of the files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Further names of fields, query parameters and headers whose values are removed.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Redact { get; set; } = [];

    /// <summary>Accepts responses that were edited after they were recorded: later edits are compared with them.</summary>
    [Parameter]
    public SwitchParameter AcceptEdits { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            try
            {
                var full = PSLocation.File(this, path);
                Redaction.CheckNames(Redact);
                var recording = RecordingFiles.Read(full, acceptsEdits: AcceptEdits, readsHar: false).Redact(Redact);
                if (ShouldProcess(full, AcceptEdits ? "Redact and accept edits" : "Redact")) RecordingFiles.Write(full, recording);
            }
            catch (BearerRequestException e)
            {
                WriteError(ErrorTable.Record(e, path));
            }
        }
    }
}
