using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>Creates a response for Add-BearerMockRule: for -Sequence, or to return from a script block.</summary>
[Cmdlet(VerbsCommon.New, "BearerMockResponse", DefaultParameterSetName = "Body")]
[OutputType(typeof(BearerMockResponse))]
public sealed class NewBearerMockResponseCommand : PSCmdlet
{
    /// <summary>Status (default 200).</summary>
    [Parameter(Position = 0, ParameterSetName = "Body"), Parameter(Position = 0, ParameterSetName = "File")]
    [ValidateRange(200, 599)]
    public int StatusCode { get; set; } = 200;

    /// <summary>The body: an object for JSON, text, or bytes.</summary>
    [Parameter(Position = 1, ParameterSetName = "Body")]
    [AllowNull]
    public object? Body { get; set; }

    /// <summary>File whose content is the body.</summary>
    [Parameter(ParameterSetName = "File", Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [PathTransformation(nameof(File))]
    public string File { get; set; } = string.Empty;

    /// <summary>Fault that takes the place of a response.</summary>
    [Parameter(ParameterSetName = "Fault", Mandatory = true)]
    [EnumTransformation<MockFault>]
    [ValidateSet(
        nameof(MockFault.ConnectionRefused), nameof(MockFault.ConnectionReset), nameof(MockFault.HostNotFound),
        nameof(MockFault.TlsFailure), nameof(MockFault.NoResponse))]
    public MockFault Fault { get; set; }

    /// <summary>Headers.</summary>
    [Parameter(ParameterSetName = "Body"), Parameter(ParameterSetName = "File")]
    [ValidateNotNull]
    public IDictionary? Headers { get; set; }

    /// <summary>Media type of the body (default: by the body).</summary>
    [Parameter(ParameterSetName = "Body"), Parameter(ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string? ContentType { get; set; }

    /// <summary>The Retry-After header, in seconds.</summary>
    [Parameter(ParameterSetName = "Body"), Parameter(ParameterSetName = "File")]
    [ValidateRange(0, 86_400)]
    public int RetryAfterSec { get; set; }

    /// <summary>Number of bytes of the body after which the connection breaks.</summary>
    [Parameter(ParameterSetName = "Body"), Parameter(ParameterSetName = "File")]
    [ValidateRange(0, int.MaxValue)]
    public int BreakAfter { get; set; }

    /// <summary>Time that passes on the mock's clock before the response arrives, as a TimeSpan or in seconds.</summary>
    [Parameter]
    [LifetimeTransformation]
    public TimeSpan Delay { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var given = MyInvocation.BoundParameters;
        try
        {
            var response = MockResponses.Create(
                this, StatusCode, Headers, ContentType, given.ContainsKey(nameof(RetryAfterSec)) ? RetryAfterSec : null,
                given.ContainsKey(nameof(File)) ? File : null);
            response = MockBody.With(response, Body);
            MockResponses.CheckBody(response);
            WriteObject(new BearerMockResponse(response with
            {
                Delay = Delay,
                Fault = Fault,
                BreaksAfter = given.ContainsKey(nameof(BreakAfter)) ? BreakAfter : null,
            }));
        }
        catch (Exception e) when (e is IBearerError)
        {
            ThrowTerminatingError(ErrorTable.Record(e, null));
        }
    }
}
