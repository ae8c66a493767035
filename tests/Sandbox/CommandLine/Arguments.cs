using System.Globalization;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        dotnet run --project tests/Sandbox [-- options]
          --port N                 listen on this port; 0 is any. Default: 5080, or the next that is free
          --tls                    https, with a new certificate
          --unix-socket PATH       listen there too, with plain http
          --entra                  with a stand-in for Microsoft Entra, and a proxy that leads its real names there
          --certificate-file PATH  write the public certificate there, as PEM
          --ready-file PATH        once it is listening, write its address and the paths of its secrets there, as JSON
          --parent PID             end when that process ends
          --help                   show this text
        dotnet run --project tests/Sandbox -- demo
                                   a thousand requests while tokens expire, without PowerShell
        """;

    public int? Port { get; private set; }

    public bool Tls { get; private set; }

    public string? UnixSocket { get; private set; }

    public bool Entra { get; private set; }

    public string? CertificateFile { get; private set; }

    public string? ReadyFile { get; private set; }

    public int? Parent { get; private set; }

    /// <summary>Reads the command line, or says what is wrong with it.</summary>
    public static Arguments? TryParse(IEnumerable<string> words, out string? problem)
    {
        var arguments = new Arguments();
        using var word = words.GetEnumerator();
        problem = null;
        while (problem is null && word.MoveNext()) problem = arguments.Take(word.Current, () => word.MoveNext() ? word.Current : null);
        if (problem is null && arguments is { CertificateFile: not null, Tls: false }) problem = "--certificate-file needs --tls.";
        return problem is null ? arguments : null;
    }

    private string? Take(string option, Func<string?> next)
    {
        switch (option)
        {
            case "--port": Port = Number(next()); return Port is >= 0 and <= ushort.MaxValue ? null : "--port needs a port number.";
            case "--tls": Tls = true; return null;
            case "--unix-socket": UnixSocket = next(); return UnixSocket is null ? "--unix-socket needs a path." : null;
            case "--entra": Entra = true; return null;
            case "--certificate-file": CertificateFile = next(); return CertificateFile is null ? "--certificate-file needs a path." : null;
            case "--ready-file": ReadyFile = next(); return ReadyFile is null ? "--ready-file needs a path." : null;
            case "--parent": Parent = Number(next()); return Parent is null ? "--parent needs a process id." : null;
            default: return $"'{option}' is not an option.";
        }
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
