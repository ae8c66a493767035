using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Security;

namespace BearerTools.Cmdlets;

/// <content>What each message says of itself, and how long it may take.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private static readonly Version[] s_versions = [System.Net.HttpVersion.Version10, System.Net.HttpVersion.Version11, System.Net.HttpVersion.Version20, System.Net.HttpVersion.Version30];

    /// <summary>A method that -Method has no name for, such as QUERY or PURGE.</summary>
    [Parameter]
    [Alias("CM")]
    [ValidateNotNullOrEmpty]
    public string? CustomMethod { get; set; }

    /// <summary>The version of HTTP.</summary>
    [Parameter]
    [VersionTransformation]
    [ArgumentCompleter(typeof(HttpVersionCompleter))]
    public Version? HttpVersion { get; set; }

    /// <summary>What the client says it is.</summary>
    [Parameter]
    public string? UserAgent { get; set; }

    /// <summary>Each connection is closed after its answer.</summary>
    [Parameter]
    public SwitchParameter DisableKeepAlive { get; set; }

    /// <summary>Sends the body in chunks, and says how it is coded.</summary>
    [Parameter]
    [ValidateSet("chunked", "compress", "deflate", "gzip", "identity", IgnoreCase = true)]
    public string? TransferEncoding { get; set; }

    /// <summary>Headers are sent as they are.</summary>
    [Parameter]
    public SwitchParameter SkipHeaderValidation { get; set; }

    /// <summary>How long the headers of an answer may take, in seconds; 0 is without end.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue)]
    public int ConnectionTimeoutSeconds { get; set; }

    /// <summary>How long the next part of an answer may take, in seconds; 0 is without end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int OperationTimeoutSeconds { get; set; }

    /// <summary>Bearer or OAuth: what this command does anyway.</summary>
    [Parameter]
    public WebAuthenticationType Authentication { get; set; }

    /// <summary>Has no meaning any more; scripts still say it.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter UseBasicParsing { get; set; }

    private HttpMethod HttpMethod =>
        HttpMethod.Parse((CustomMethod ?? (Method == WebRequestMethod.Default ? WebRequestMethod.Get : Method).ToString()).ToUpperInvariant());

    private SendOptions CreateSendOptions() => new()
    {
        HttpVersion = HttpVersion,
        UserAgent = OwnName,
        ClosesConnection = DisableKeepAlive,
        SkipHeaderValidation = SkipHeaderValidation,
        TransferEncoding = TransferEncoding?.ToLowerInvariant(),
    };

    private void CheckRequestLine()
    {
        if (HttpVersion is not null && !s_versions.Contains(HttpVersion)) throw Conflict($"HTTP has no version {HttpVersion}.", $"Give {string.Join<Version>(", ", s_versions)}, or nothing.");
        if (CustomMethod is null) return;
        if (IsTyped(nameof(Method))) throw Conflict("-Method and -CustomMethod both name the method.", "Give one of them.");
        // The letters of a token (RFC 9110 section 5.6.2).
        if (CustomMethod.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal))) return;
        throw Conflict($"'{ServerText.Clean(CustomMethod, 100)}' is no method.", "Give one word, such as QUERY.");
    }
}
