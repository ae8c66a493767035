using System.Management.Automation;
using BearerTools.Binding;

namespace BearerTools.Cmdlets;

/// <content>The body of each request. Only the command line selects it, never a property of a piped object.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private PipedValue<PSObject> _body = null!;
    private bool _bodyIsTyped;
    private bool _hasWarned;

    /// <summary>
    /// The body to send: an object becomes JSON; text, bytes and streams are sent unchanged. A script block creates one for each input.
    /// </summary>
    [Parameter]
    public object? Body { get; set; }

    /// <summary>The media type of the body.</summary>
    [Parameter]
    public string? ContentType { get; set; }

    private void PrepareBody()
    {
        _bodyIsTyped = IsTyped(nameof(Body));
        _body = new PipedValue<PSObject>(
            nameof(Body),
            Body,
            HasInput,
            "Pass an object, text or bytes, or a script block that returns one for each piped object ($_).") { IsBody = true };
    }

    /// <summary>The body from the command line or, if the typed address does not use the piped object, that object.</summary>
    private PSObject? BodyOfInput()
    {
        _factory.Part = nameof(Body);
        var body = SelectedBody();
        // Its properties would be sent, which no one means.
        return body?.BaseObject is FileSystemInfo file ? throw BodyIsFile(file) : body;
    }

    private PSObject? SelectedBody()
    {
        if (InputObject?.BaseObject is AccessToken or BearerConnection) throw PipedToken();
        if (_bodyIsTyped) return _body.For(InputObject);
        if (!_factory.TakesBody || _hasOtherBody || InputObject is null) return null;
        if (_uriIsTyped) return InputObject;
        if (InputObject.BaseObject is FileSystemInfo file) throw BodyIsFile(file);
        return PSValue.IsScalar(InputObject) ? null : throw AmbiguousBody();
    }

    /// <summary>
    /// Warns once of piped objects that form neither the address nor anything else. Numbers and text may be there to repeat the request.
    /// </summary>
    private void WarnOfUnused()
    {
        if (_hasWarned || !_uriIsTyped || _factory.TakesBody || InputObject is null || PSValue.IsScalar(InputObject)) return;
        _hasWarned = true;
        if (IncludeResponse || MyInvocation.BoundParameters.Values.Any(value => PSValue.Unwrap(value) is ScriptBlock)) return;
        WriteWarning(
            $"The piped objects are not used: each causes the same request, and {HttpMethod} has no body. To send them, use a method such "
            + "as -Method Post. To use their values, write a script block, such as -Uri { \"/orders/$($_.id)\" }.");
    }

    private static BearerRequestException BodyIsFile(FileSystemInfo file) =>
        new($"The body is a {file.GetType().Name}, an object with the properties of a file, not the content of the file.")
        {
            ErrorId = "BodyIsFile",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = (file is DirectoryInfo
                    ? "Pipe the files in it, such as those of Get-ChildItem -File, and write -InFile { $_ } to send the content of each. "
                    : "Write -InFile { $_ } to send the content of each piped file, or -InFile PATH. ")
                + "To send properties, select them: -Body { $_ | Select-Object Name, Length }.",
            EndsRun = true,
        };

    private static BearerRequestException PipedToken() => new(
        "A token was piped in. Piped objects are input, not the identity of a request.")
    {
        ErrorId = "TokenPiped",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Pass it with -Token.",
    };

    /// <summary>The address is built from the piped object, so it is unclear whether the object is also the body.</summary>
    private BearerRequestException AmbiguousBody() =>
        new($"{HttpMethod} takes a body, but none is specified: the piped object is already used for the address.")
        {
            ErrorId = "BodyAmbiguous",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Write -Body { $_ } to send the piped object, or -Body $null to send none.",
            EndsRun = true,
        };
}
