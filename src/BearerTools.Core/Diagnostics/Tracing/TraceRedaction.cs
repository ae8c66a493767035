using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>How the trace, <c>-Debug</c>, HAR files and the page remove secrets from texts and bodies.</summary>
internal static class TraceRedaction
{
    /// <summary>What the trace has in place of a value that it does not show.</summary>
    public const string Mark = RedactionOptions.TraceMark;

    public static RedactionOptions Options { get; } = new() { Mark = Mark };

    /// <summary>For texts that are not parsed.</summary>
    public static TextRedaction Text { get; } = new(Options);

    /// <summary>For bodies.</summary>
    public static BodyRedaction Bodies { get; } = new(Options);

    /// <summary>For values of headers and parts of addresses: credentials by their form.</summary>
    public static string Forms(string text) => CredentialForms.Redact(text, Mark);
}
