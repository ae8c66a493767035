using System.Globalization;
using System.Net;
using System.Text.Json;
using BearerTools.Http.Bodies;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http.Waiting;

/// <summary>What an answer says of an operation: how it goes, and in the end what became of it.</summary>
/// <param name="Words">For people, such as <c>InProgress, 40 %</c>.</param>
/// <param name="Outcome">Whether it goes on.</param>
/// <param name="Result">Where the answer says that the result is.</param>
internal sealed record OperationState(string Words, OperationOutcome Outcome, string? Result = null)
{
    /// <summary>More than any state needs; a result that is in it is read as well.</summary>
    private const long LongestState = 64 * 1024 * 1024;

    public static OperationState Accepted { get; } = new("accepted", OperationOutcome.GoesOn);

    /// <summary>Reads the body, and keeps it: it may be all that comes of the operation.</summary>
    /// <returns>Nothing when there is no state in it.</returns>
    public static async Task<OperationState?> ReadAsync(ApiResponse response, CancellationToken cancel)
    {
        var content = response.Message.Content;
        try
        {
            await content.LoadIntoBufferAsync(LongestState).WaitAsync(cancel).ConfigureAwait(false);
            var json = ServerJson.TryParse(TextEncoding.Of(content).GetString(await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false)).TrimStart('\uFEFF'));
            return (json is { ValueKind: JsonValueKind.Object } body ? Of(body) : null) ?? Otherwise(response);
        }
        catch (Exception e) when (ConnectionFault.IsCause(e))
        {
            throw RequestFailure.FromConnection(e, response.Template);
        }
    }

    private static OperationState? Otherwise(ApiResponse response) => response.Status == HttpStatusCode.Accepted ? Accepted : null;

    private static OperationState? Of(JsonElement body)
    {
        if (Text(body, "status") is not { } status) return null;
        var percent = body.TryGetProperty("percentComplete", out var complete) && complete.ValueKind == JsonValueKind.Number
            ? string.Create(CultureInfo.InvariantCulture, $", {complete.GetDouble():0} %")
            : string.Empty;
        return new(ServerText.Clean(status, 40) + percent, OutcomeOf(status), Text(body, "resourceLocation"));
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>All other words are those of an API for something that goes on.</summary>
    private static OperationOutcome OutcomeOf(string status) => status.ToUpperInvariant() switch
    {
        "SUCCEEDED" or "COMPLETED" => OperationOutcome.Succeeded,
        "FAILED" => OperationOutcome.Failed,
        "CANCELED" or "CANCELLED" => OperationOutcome.Canceled,
        _ => OperationOutcome.GoesOn,
    };
}

/// <summary>What became of an operation.</summary>
internal enum OperationOutcome
{
    /// <summary>Nothing yet.</summary>
    GoesOn,

    /// <summary>It is done.</summary>
    Succeeded,

    /// <summary>It came to nothing.</summary>
    Failed,

    /// <summary>Somebody ended it.</summary>
    Canceled,
}
