using System.Management.Automation;
using BearerTools.Binding;

namespace BearerTools.Cmdlets;

/// <content>The body of each request. Only the command line decides what it is, never a property of a piped object.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private PipedValue<PSObject> _body = null!;
    private bool _bodyIsTyped;

    /// <summary>
    /// The body: an object becomes JSON; text, bytes and streams are sent as they are. A script block makes one of each input.
    /// </summary>
    [Parameter]
    public object? Body { get; set; }

    /// <summary>The media type of the body.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ContentType { get; set; }

    private void PrepareBody()
    {
        _bodyIsTyped = IsTyped(nameof(Body));
        _body = new PipedValue<PSObject>(nameof(Body), Body, HasInput, "Give an object, text or bytes, or a script block that makes one of $_ for each piped object.") { IsBody = true };
    }

    /// <summary>The body that is typed; without one, the piped object where the typed address needs nothing of it.</summary>
    private PSObject? BodyOfInput()
    {
        if (_bodyIsTyped) return _body.For(InputObject);
        if (!_factory.TakesBody || _hasOtherBody || InputObject is null) return null;
        if (_uriIsTyped) return InputObject;
        if (!PSValue.IsScalar(InputObject)) Terminate(AmbiguousBody(), InputObject);
        return null;
    }

    /// <summary>The address is made of the object, so that nobody can tell whether the object is also meant to be sent.</summary>
    private BearerRequestException AmbiguousBody() =>
        new($"{HttpMethod} takes a body, and the command line does not say what it is: the piped object also makes the address.")
        {
            ErrorId = "BodyAmbiguous",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Write -Body { $_ } to send the piped object, or -Body $null to send none.",
        };
}
