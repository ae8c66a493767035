using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Mocking;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>Gets the requests that a mock received, in order.</summary>
[Cmdlet(VerbsCommon.Get, "BearerMockCall")]
[OutputType(typeof(BearerMockCall))]
public sealed class GetBearerMockCallCommand : MockCommand
{
    /// <summary>HTTP method of the calls (default: any).</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(MethodCompleter))]
    public string Method { get; set; } = MockRule.Any;

    /// <summary>Address of the calls, as in Add-BearerMockRule (default: any).</summary>
    [Parameter(Position = 1)]
    [RelativeUriTransformation, ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>Query parameters that the calls have.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Query { get; set; }

    /// <summary>Headers that the calls have.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Headers { get; set; }

    /// <summary>What the bodies of the calls contain.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Body { get; set; }

    /// <summary>Gets only the calls that no rule matched.</summary>
    [Parameter]
    public SwitchParameter Unmatched { get; set; }

    private protected override void Process(BearerMock mock)
    {
        var filter = Conditions(mock, Method, Uri, Query, Headers, Body, isExact: false);
        FormatData.EnsureLoaded(this);
        foreach (var call in mock.Api.Mock.Calls)
        {
            if (filter.Matches(call.Request) && (!Unmatched || call.IsUnmatched))
                WriteObject(new BearerMockCall(call) { Body = MockBody.Of(call.Request) });
        }
    }
}
