using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http.Bodies;
using BearerTools.Pipeline;
using BearerTools.Running.Files;

namespace BearerTools.Cmdlets;

/// <content>Files of this machine that are sent, or written.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private readonly OutFiles _outFiles = new();
    private PipedValue<string> _inFile = null!;
    private PipedValue<string> _outFile = null!;
    private PipedValue<IDictionary> _form = null!;
    private bool _hasOtherBody;

    /// <summary>The file that is the body; for each input also a script block over it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? InFile { get; set; }

    /// <summary>Where answers are saved instead of written: a file, or a folder; for each input also a script block over it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? OutFile { get; set; }

    /// <summary>Answers are saved and written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Goes on with a file of which a part is there.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <exception cref="BearerRequestException">The parameters do not go together.</exception>
    private void CheckFiles()
    {
        _inFile = new PipedValue<string>(nameof(InFile), InFile, HasInput, "Give the path of a file, or a script block that makes one of $_ for each piped object.");
        _outFile = new PipedValue<string>(nameof(OutFile), OutFile, HasInput, "Give the path of a file or of a folder, or a script block that makes one of $_ for each piped object.");
        _form = new PipedValue<IDictionary>(nameof(Form), Form, HasInput, NextStepForPairs);
        _hasOtherBody = InFile is not null || Form is not null;
        string[] bodies = [.. new[] { nameof(Body), nameof(InFile), nameof(Form) }.Where(IsTyped)];
        if (bodies.Length > 1) throw Conflict($"-{bodies[0]} and -{bodies[1]} are two bodies for one request.", "Give one of them.");
        if (OutFile is null && (PassThru || Resume)) throw Conflict($"-{(PassThru ? nameof(PassThru) : nameof(Resume))} is for answers that are saved.", "Say where with -OutFile.");
        if (OutFile is not null && _pages is not null) throw Conflict("-OutFile saves one answer, and pages are many.", "Pipe the objects on, such as to Export-Csv, or ask for one page.");
    }

    /// <summary>Where this input's answer goes.</summary>
    /// <exception cref="BearerRequestException">It cannot go there.</exception>
    private OutTarget? TargetOfInput()
    {
        if (_outFile.For(InputObject) is not { } path) return null;
        var target = new OutTarget(PSLocation.File(this, path), _outFiles);
        return Resume && target.Known is null ? throw Conflict($"'{path}' is a folder: nobody knows yet which of its files to go on with.", "Give the path of the file.") : target;
    }

    /// <summary>What was said to be the body in another way than by -Body.</summary>
    /// <exception cref="BearerRequestException">There is no such file.</exception>
    private RequestBody? FileOrForm()
    {
        if (_inFile.For(InputObject) is { } path) return new FileBody(PSLocation.ExistingFile(this, path), ContentType ?? FormPart.FileType, _run.Transfer);
        return _form.For(InputObject) is { } fields ? FormBodyFactory.Make(fields, _run.Transfer) : null;
    }
}
