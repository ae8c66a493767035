using System.Net;
using BearerTools.Mocking;
using BearerTools.Security;

namespace BearerTools;

/// <summary>
/// A request that a mock received, and its response. Address and body are as they were sent; its text and its views show no values whose
/// names suggest a secret.
/// </summary>
public sealed class BearerMockCall
{
    private readonly MockCall _call;

    internal BearerMockCall(MockCall call)
    {
        _call = call;
        Number = call.Number;
        Time = call.Time;
        Method = call.Request.Method;
        Uri = call.Address;
        Headers = call.Headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                group => group.Key,
                group => string.Join(", ", group.Select(header => header.Value)),
                StringComparer.OrdinalIgnoreCase);
        Text = call.Request.Text is { } text ? LiveSecrets.Redact(text) : null;
        Rule = call.Rule;
        StatusCode = (HttpStatusCode?)call.Status;
        Fault = call.Fault;
    }

    /// <summary>Position among the calls of the mock, from 1.</summary>
    public int Number { get; }

    /// <summary>Time on the mock's clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>HTTP method.</summary>
    public string Method { get; }

    /// <summary>The address.</summary>
    public Uri Uri { get; }

    /// <summary>The headers by name, without the values of credentials: those are returned by <see cref="GetHeader"/>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body as an object if it is JSON or a form, else as text; <see langword="null"/> if there is none.</summary>
    public object? Body { get; internal init; }

    /// <summary>The text of the body, or <see langword="null"/> if there is none.</summary>
    public string? Text { get; }

    /// <summary>The rule that matched, or <see langword="null"/> if none matched.</summary>
    public string? Rule { get; }

    /// <summary>Status of the response, or <see langword="null"/> if there was none.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The fault in the place of a response.</summary>
    public MockFault Fault { get; }

    /// <summary>A header as it was sent, also if it is a credential.</summary>
    /// <param name="name">Name of the header.</param>
    /// <returns>The value, or <see langword="null"/> if the request does not have the header.</returns>
    public string? GetHeader(string name) => _call.Request.Header(name);

    /// <summary>Method and address, without values whose names suggest a secret.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() => $"{Method} {MockQuery.Shown(Uri.PathAndQuery)}";
}
