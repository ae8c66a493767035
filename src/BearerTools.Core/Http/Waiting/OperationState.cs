using System.Globalization;
using System.Net;
using System.Text.Json;
using BearerTools.Http.Bodies;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http.Waiting;

/// <summary>An operation's status as a response reports it.</summary>
/// <param name="DisplayText">Display text, such as <c>InProgress, 40 %</c>.</param>
/// <param name="Outcome">The outcome so far.</param>
/// <param name="Result">The URL of the result, if the response gives one.</param>
internal sealed record OperationState(string DisplayText, OperationOutcome Outcome, string? Result = null)
{
    /// <summary>More than any status needs; a result in the same body counts too.</summary>
    private const long LongestState = 64 * 1024 * 1024;

    public static OperationState Accepted { get; } = new("accepted", OperationOutcome.InProgress);

    /// <summary>Reads the status from the body, and keeps the body: it may contain the result.</summary>
    /// <returns>The status; <see langword="null"/> if the body contains none.</returns>
    public static async Task<OperationState?> ReadAsync(ApiResponse response, CancellationToken cancel)
    {
        var content = response.Message.Content;
        try
        {
            await content.LoadIntoBufferAsync(LongestState).WaitAsync(cancel).ConfigureAwait(false);
            var json = ServerJson.TryParse(
                TextEncoding.Decode(content, await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false)));
            return (json is { ValueKind: JsonValueKind.Object } body ? Of(body) : null) ?? FromStatus(response);
        }
        catch (Exception e) when (ConnectionFault.IsCause(e))
        {
            throw RequestFailure.FromBody(e, response.Template);
        }
    }

    private static OperationState? FromStatus(ApiResponse response) => response.Status == HttpStatusCode.Accepted ? Accepted : null;

    private static OperationState? Of(JsonElement body)
    {
        if (Text(body, "status") is not { } status) return null;
        var percent = body.TryGetProperty("percentComplete", out var complete) && complete.ValueKind == JsonValueKind.Number
            ? string.Create(CultureInfo.InvariantCulture, $", {complete.GetDouble():0} %")
            : string.Empty;
        return new(ServerText.Clean(status, 40) + percent, OutcomeOf(status), Text(body, "resourceLocation"));
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>APIs have their own words for operations in progress.</summary>
    private static OperationOutcome OutcomeOf(string status) => status.ToUpperInvariant() switch
    {
        "SUCCEEDED" or "COMPLETED" => OperationOutcome.Succeeded,
        "FAILED" => OperationOutcome.Failed,
        "CANCELED" or "CANCELLED" => OperationOutcome.Canceled,
        _ => OperationOutcome.InProgress,
    };
}

/// <summary>The outcome of an operation.</summary>
internal enum OperationOutcome
{
    /// <summary>The operation has not finished.</summary>
    InProgress,

    /// <summary>The operation finished successfully.</summary>
    Succeeded,

    /// <summary>The operation failed.</summary>
    Failed,

    /// <summary>The operation was cancelled on the server.</summary>
    Canceled,
}
