using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http.Bodies;
using BearerTools.Pipeline;
using BearerTools.Running.Files;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <content>Local files to upload or download.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private readonly OutFiles _outFiles = new();
    private PipedValue<string> _inFile = null!;
    private PipedValue<string> _outFile = null!;
    private PipedValue<IDictionary> _form = null!;
    private bool _hasOtherBody;

    /// <summary>File to send as the body. A script block returns the path for each input.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? InFile { get; set; }

    /// <summary>File or folder to save responses to, instead of returning them. A script block returns the path for each input.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? OutFile { get; set; }

    /// <summary>Returns the responses as well as saving them with -OutFile.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Resumes a partial download to -OutFile, or a stream of events that breaks off.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <exception cref="BearerRequestException">The parameters cannot be combined.</exception>
    private void CheckFiles()
    {
        _inFile = new PipedValue<string>(
            nameof(InFile),
            InFile,
            HasInput,
            "Pass the path of a file, or a script block that returns one for each piped object ($_).",
            static value => PathText.Of(value, nameof(InFile)));
        _outFile = new PipedValue<string>(
            nameof(OutFile),
            OutFile,
            HasInput,
            "Pass the path of a file or a folder, or a script block that returns one for each piped object ($_).",
            static value => PathText.Of(value, nameof(OutFile)));
        _form = new PipedValue<IDictionary>(nameof(Form), Form, HasInput, NextStepForPairs);
        _hasOtherBody = InFile is not null || Form is not null;
        string[] bodies = [.. new[] { nameof(Body), nameof(InFile), nameof(Form) }.Where(IsTyped)];
        if (bodies.Length > 1)
            throw Conflict($"-{bodies[0]} cannot be combined with -{bodies[1]}: a request has one body.", "Use only one of them.");
        if (_hasOtherBody && !IsTyped(nameof(Method)) && !IsTyped(nameof(CustomMethod)))
            throw Conflict(
                $"-{bodies[0]} sends a body, and the default method is GET.",
                "Add -Method Post, or the method that the API documents. -Method Get sends the body with GET.");
        if (OutFile is null && PassThru)
            throw Conflict("-PassThru needs -OutFile.", "Pass the file or folder to save to with -OutFile.");
        if (OutFile is not null && _pages is not null)
            throw Conflict(
                "-OutFile cannot save several pages to one file.",
                "Pipe the objects to a command such as Export-Csv, or request a single page.");
    }

    /// <summary>The place to save this input's response to, or <see langword="null"/> without -OutFile.</summary>
    /// <exception cref="BearerRequestException">The response cannot be saved there.</exception>
    private OutTarget? TargetOfInput()
    {
        _factory.Part = nameof(OutFile);
        if (_outFile.For(InputObject) is not { } path) return null;
        var target = new OutTarget(PSLocation.File(this, path), _outFiles);
        return Resume && target.Known is null
            ? throw Conflict(
                $"-Resume cannot be combined with a folder: which file to resume in '{path}' is not known.",
                "Pass the path of the file with -OutFile.")
            : target;
    }

    /// <summary>The body given with -InFile or -Form, or <see langword="null"/>.</summary>
    /// <exception cref="BearerRequestException">The file does not exist.</exception>
    private RequestBody? FileOrForm()
    {
        _factory.Part = nameof(InFile);
        if (_inFile.For(InputObject) is { } path)
            return new FileBody(PSLocation.ExistingFile(this, path), FormPart.FileType, _run.Transfer);
        _factory.Part = nameof(Form);
        return _form.For(InputObject) is { } fields ? FormBodyFactory.Make(fields, _run.Transfer) : null;
    }
}
