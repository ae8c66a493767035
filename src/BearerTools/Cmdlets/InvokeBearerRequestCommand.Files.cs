using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Running.Files;

namespace BearerTools.Cmdlets;

/// <content>Files of this machine that are sent, or written.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private readonly OutFiles _outFiles = new();
    private bool _outFileIsTyped;
    private bool _inFileIsTyped;

    // The engine runs script blocks over the input for parameters only that take properties of it too. Such a property is not
    // taken: what an API sends must not name the files of this machine that are sent or overwritten.

    /// <summary>The file that is the body; for each input also a script block over it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? InFile { get; set; }

    /// <summary>Where answers are saved instead of written: a file, or a folder; for each input also a script block over it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Answers are saved and written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Goes on with a file of which a part is there.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <exception cref="BearerRequestException">The parameters do not go together.</exception>
    private void CheckFiles()
    {
        _outFileIsTyped = IsTyped(nameof(OutFile));
        _inFileIsTyped = IsTyped(nameof(InFile));
        _formIsTyped = IsTyped(nameof(Form));
        string[] bodies = [.. new[] { nameof(Body), nameof(InFile), nameof(Form) }.Where(IsTyped)];
        if (bodies.Length > 1) throw Conflict($"-{bodies[0]} and -{bodies[1]} are two bodies for one request.", "Give one of them.");
        if (!_outFileIsTyped && (PassThru || Resume)) throw Conflict($"-{(PassThru ? nameof(PassThru) : nameof(Resume))} is for answers that are saved.", "Say where with -OutFile.");
        if (_outFileIsTyped && _pages is not null) throw Conflict("-OutFile saves one answer, and pages are many.", "Pipe the objects on, such as to Export-Csv, or ask for one page.");
    }

    /// <summary>Where this input's answer goes.</summary>
    /// <exception cref="BearerRequestException">It cannot go there.</exception>
    private OutTarget? TargetOfInput()
    {
        if (!_outFileIsTyped || OutFile is null) return null;
        var target = new OutTarget(PSLocation.File(this, OutFile), _outFiles);
        return Resume && target.Known is null ? throw Conflict($"'{OutFile}' is a folder: nobody knows yet which of its files to go on with.", "Give the path of the file.") : target;
    }

    /// <summary>What was said to be the body in another way than by -Body.</summary>
    /// <exception cref="BearerRequestException">There is no such file.</exception>
    private RequestBody? FileOrForm()
    {
        if (_inFileIsTyped && InFile is not null) return new FileBody(PSLocation.ExistingFile(this, InFile), ContentType ?? FormPart.FileType, _run.Transfer);
        return _formIsTyped && Form is not null ? FormMaker.Make(Form, _run.Transfer) : null;
    }
}
