using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Binding;

namespace BearerTools.Pipeline;

/// <summary>
/// A session of Invoke-RestMethod: headers, cookies, user agent, proxy, certificates, redirects. Its type belongs to the engine and is not
/// in PowerShellStandard, so its properties are accessed by name. Tokens are never stored in it.
/// </summary>
internal sealed class RequestSession
{
    private const string TypeName = "Microsoft.PowerShell.Commands.WebRequestSession";
    private const string Authorization = "Authorization";

    private RequestSession(object session) => Value = PSObject.AsPSObject(session);

    public PSObject Value { get; }

    /// <summary>The headers without Authorization, because Invoke-RestMethod stores its token there.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers =>
        Get<IDictionary>(nameof(Headers)) is { } headers
            ? [.. RequestBodyFactory.Pairs(headers).Where(header => !IsAuthorization(header.Key))]
            : [];

    public CookieContainer Cookies
    {
        get
        {
            if (Get<CookieContainer>(nameof(Cookies)) is not { } cookies) Set(nameof(Cookies), cookies = new CookieContainer());
            return cookies;
        }
    }

    public string? UserAgent
    {
        get => Get<string>(nameof(UserAgent));
        set => Set(nameof(UserAgent), value);
    }

    public IWebProxy? Proxy
    {
        get => Get<IWebProxy>(nameof(Proxy));
        set => Set(nameof(Proxy), value);
    }

    /// <summary>Maximum number of redirects, or <see langword="null"/> if the session does not set one.</summary>
    public int? MaximumRedirection
    {
        get => Get<object>(nameof(MaximumRedirection)) is int most and >= 0 ? most : null;
        set => Set(nameof(MaximumRedirection), value);
    }

    public IEnumerable<X509Certificate> Certificates => Get<X509CertificateCollection>(nameof(Certificates))?.Cast<X509Certificate>() ?? [];

    /// <exception cref="BearerRequestException">The engine does not have web sessions.</exception>
    public static RequestSession Create() => new(EngineMember.OrNull(() => Activator.CreateInstance(Type())) ?? throw Missing());

    /// <summary>Takes a session, or a value that the engine converts to one, such as a hashtable of its properties.</summary>
    /// <exception cref="BearerRequestException">The value is not a session.</exception>
    public static RequestSession From(PSObject given) => LanguagePrimitives.TryConvertTo(given, Type(), out var session)
        ? new RequestSession(session)
        : throw Refuse(
            $"-WebSession is a value of the type {given.BaseObject.GetType().Name}, not a web session.",
            "Pass a session that -SessionVariable of this command or of Invoke-RestMethod created.");

    public void Add(IDictionary headers)
    {
        if (Get<IDictionary>(nameof(Headers)) is not { } kept) return;
        foreach (var header in RequestFactory.CopyHeaders(headers).GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
            kept[header.Key] = string.Join(", ", header.Select(each => each.Value));
    }

    public void Add(X509Certificate certificate)
    {
        if (Certificates.Contains(certificate)) return;
        // A new list, because the session makes new connections only if it gets another list.
        Set(nameof(Certificates), new X509CertificateCollection(Certificates.Append(certificate).ToArray()));
    }

    private static bool IsAuthorization(string name) => string.Equals(name, Authorization, StringComparison.OrdinalIgnoreCase);

    private static Type Type() =>
        EngineMember.OrNull(() => System.Type.GetType($"{TypeName}, Microsoft.PowerShell.Commands.Utility")) ?? throw Missing();

    private T? Get<T>(string name) where T : class => PSValue.Unwrap(Value.Properties[name]?.Value) as T;

    private void Set(string name, object? value)
    {
        if (Value.Properties[name] is not { } property)
            throw Refuse($"The web sessions of this PowerShell have no property {name}.", "Omit -WebSession and -SessionVariable.");
        property.Value = value;
    }

    private static BearerRequestException Missing() =>
        Refuse($"This PowerShell has no web sessions ({TypeName}).", "Omit -WebSession and -SessionVariable.");

    private static BearerRequestException Refuse(string message, string nextStep) => new(message)
    {
        ErrorId = "SessionRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
