using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Security;

namespace BearerTools.Cmdlets;

/// <summary>
/// Creates the error that Invoke-BearerRequest reports for a status, for tests that mock that cmdlet: throw it, or write it with
/// Write-Error.
/// </summary>
[Cmdlet(VerbsCommon.New, "BearerError")]
[OutputType(typeof(ErrorRecord))]
public sealed class NewBearerErrorCommand : AsyncCmdlet
{
    private static readonly Uri s_example = AddressParser.Known("https://api.example.com/");

    /// <summary>Error status of the response.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateRange(400, 599)]
    public int StatusCode { get; set; }

    /// <summary>Body of the response: an object for JSON, or text.</summary>
    [Parameter]
    [AllowNull]
    public object? Body { get; set; }

    /// <summary>Headers of the response.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Headers { get; set; }

    /// <summary>The Retry-After header, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 86_400)]
    public int RetryAfter { get; set; }

    /// <summary>HTTP method of the request (default GET).</summary>
    [Parameter]
    [EnumTransformation<WebRequestMethod>]
    public WebRequestMethod Method { get; set; }

    /// <summary>Address of the request (default https://api.example.com/).</summary>
    [Parameter]
    [RelativeUriTransformation, ValidateNotNull]
    public Uri Uri { get; set; } = s_example;

    /// <summary>The input that failed, for TargetObject.</summary>
    [Parameter]
    [AllowNull]
    public object? TargetObject { get; set; }

    private protected override void Begin()
    {
        try
        {
            var template = new RequestTemplate
            {
                Method = HttpMethod.Parse((Method == WebRequestMethod.Default ? WebRequestMethod.Get : Method).ToString()
                    .ToUpperInvariant()),
                Address = RequestAddress.Resolve(Uri.OriginalString, s_example),
            };
            var response = MockBody.With(
                MockResponses.Create(this, StatusCode, Headers, null, IsTyped(nameof(RetryAfter)) ? RetryAfter : null, null), Body);
            Feed(new TokenJob((output, cancel) => ErrorAsync(template, response, output, cancel)));
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
        }
    }

    private async Task<object?> ErrorAsync(
        RequestTemplate template, Mocking.MockResponse response, JobOutput output, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(template.Method, template.Address);
        using var received = new ApiResponse(response.ToMessage(message), template);
        var error = await RequestFailure.FromResponseAsync(received, new RequestContext(output, cancel)).ConfigureAwait(false);
        return ErrorTable.Record(error, TargetObject);
    }
}
