using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>Saves the trace as a HAR file or as a page for a browser, without secrets.</summary>
[Cmdlet(VerbsData.Export, "BearerTrace", DefaultParameterSetName = Selected, SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ExportBearerTraceCommand : TraceOutputCommand
{
    /// <summary>Path of the file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("FilePath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    [PathTransformation(nameof(Path))]
    public string Path { get; set; } = string.Empty;

    /// <summary>The format (default: by the extension of the path; HAR unless that is .html or .htm).</summary>
    [Parameter]
    [EnumTransformation<TraceFormat>]
    public TraceFormat As { get; set; }

    /// <summary>Does not replace an existing file.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Replaces a file that is read-only, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            var path = PSLocation.File(this, Path);
            var isPage = MyInvocation.BoundParameters.ContainsKey(nameof(As)) ? As == TraceFormat.Html : TraceFiles.IsPage(path);
            var file = TraceFiles.Target(path, NoClobber, Force);
            if (!ShouldProcess(file, "Export the trace")) return;
            var entries = Entries();
            if (entries.Count == 0)
            {
                var exists = File.Exists(file);
                WriteWarning(exists
                    ? $"There are no entries to export. The file '{file}' is not changed."
                    : $"There are no entries to export. The file '{file}' contains none.");
                if (exists) return;
            }

            TraceFiles.Write(file, entries, isPage, IncludeBody, Force);
        }
        catch (BearerRequestException e)
        {
            ThrowTerminatingError(ErrorTable.Record(e, Path));
        }
    }
}
