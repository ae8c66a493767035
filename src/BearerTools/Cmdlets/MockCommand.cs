using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Mocking;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Base class of the cmdlets that work on a mock: selects the mock.</summary>
public abstract class MockCommand : PSCmdlet
{
    /// <summary>The mock (default: the active one that was started last).</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public BearerMock? Mock { get; set; }

    /// <summary>Runs for each mock.</summary>
    private protected abstract void Process(BearerMock mock);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            Process(Mock ?? ActiveMocks.Last(this) ?? throw MockErrors.Error(
                "MockNotActive",
                BearerErrorKind.InvalidArgument,
                "No mock is active in this runspace.",
                "Pass -Mock $mock, or run the command after Start-BearerMock or in the block of Use-BearerMock."));
        }
        catch (Exception e) when (e is IBearerError)
        {
            ThrowTerminatingError(ErrorTable.Record(e, null));
        }
    }

    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>The conditions of a rule, or of the calls to find; without an address, those of any address.</summary>
    private protected static MockRule Conditions(
        BearerMock mock, string method, Uri? address, IDictionary? query, IDictionary? headers, object? body, bool isExact,
        MockBehavior? behavior = null, MockScript? condition = null)
    {
        // The address in the place of the method would be a method that no request has.
        if (HttpToken.IndexOfInvalid(method) >= 0)
        {
            throw MockErrors.InvalidRule(
                $"'{ServerText.Clean(method, 100)}' is not an HTTP method.", "Pass the method first, then the address: GET /orders.");
        }

        var text = PSValue.Unwrap(body) as string;
        return new MockRule
        {
            Method = method.ToUpperInvariant(),
            Address = AddressPattern.Parse(address?.OriginalString ?? $"{mock.Api.Mock.Origin}/**", mock.BaseUri),
            Query = Expected(query),
            Headers = Expected(headers),
            Text = text,
            Body = body is null || text is not null ? null : MockRule.ToElement(MockBody.ToJson(body).Span),
            IsExact = isExact,
            Condition = condition is null ? null : (request, thread, cancel) =>
                condition.RunAsync(request, thread, LanguagePrimitives.IsTrue, cancel),
            Behavior = behavior ?? new MockBehavior(),
        };
    }

    private static List<KeyValuePair<string, string?>> Expected(IDictionary? values)
    {
        if (values is null) return [];
        var expected = new List<KeyValuePair<string, string?>>();
        foreach (DictionaryEntry entry in values)
        {
            var name = ValueText.Of(entry.Key, "a name");
            if (PSValue.Unwrap(entry.Value) is null) expected.Add(new(name, null));
            else expected.AddRange(RequestBodyFactory.Pairs(new Hashtable { [name] = entry.Value })
                .Select(pair => new KeyValuePair<string, string?>(name, pair.Value)));
        }

        return expected;
    }
}
