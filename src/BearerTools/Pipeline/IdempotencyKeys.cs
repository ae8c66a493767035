using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>
/// Reads <c>-IdempotencyKey</c>: a script block that returns the key of each input, <c>generated</c>, or the key of the only input.
/// All attempts of a request send the same key, so that a server that supports such keys performs the request only once.
/// </summary>
internal sealed class IdempotencyKeys
{
    private const string Generated = "generated";

    private readonly object? _given;
    private string? _last;

    /// <exception cref="BearerRequestException">The value is none of these.</exception>
    public IdempotencyKeys(object? given)
    {
        _given = PSValue.Unwrap(given);
        if (_given is Guid key) _given = key.ToString();
        if (_given is not (null or string or ScriptBlock))
            throw Refuse("IdempotencyKeyRefused", $"-IdempotencyKey cannot be a {_given.GetType().Name}.");
    }

    /// <exception cref="BearerRequestException">The key cannot be used for this input.</exception>
    public RequestTemplate AddTo(RequestTemplate template)
    {
        if (_given is null) return template;
        if (template.Headers.Any(header => string.Equals(header.Key, RetryClassifier.KeyHeader, StringComparison.OrdinalIgnoreCase)))
            throw Refuse("IdempotencyKeyRefused", "The headers already contain an idempotency key.");
        var key = Of(template.Input);
        if (key.Length == 0 || key.Any(c => c is < ' ' or > '~'))
            throw Refuse("IdempotencyKeyRefused", "The idempotency key is empty, or contains characters that are not allowed in a header.");
        if (key == _last)
            throw Refuse(
                "IdempotencyKeyRepeated",
                "This input has the same idempotency key as the one before it, so the API would ignore the request as a repetition.");
        _last = key;
        return template with { Headers = [.. template.Headers, new(RetryClassifier.KeyHeader, key)] };
    }

    private string Of(object? input)
    {
        if (_given is not ScriptBlock block)
            return _given is string text && !text.Equals(Generated, StringComparison.OrdinalIgnoreCase) ? text : Guid.NewGuid().ToString();
        var results = InputBlock.Run(
            block, input, (why, e) => Refuse("IdempotencyKeyRefused", $"The script block of -IdempotencyKey failed: {why}", e));
        return results is [{ } key]
            ? ValueText.Of(key, "-IdempotencyKey")
            : throw Refuse("IdempotencyKeyRefused", "The script block of -IdempotencyKey returned no key, or several.");
    }

    private static BearerRequestException Refuse(string errorId, string message, Exception? cause = null) =>
        new(LiveSecrets.Redact(message), cause)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Pass a script block that returns a key for each input, such as -IdempotencyKey { $_.Id }, or use -IdempotencyKey "
                + "generated.",
        };
}
