using System.Text.Json;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>What the process that started the sandbox needs to know of it. Secrets are named by their files only.</summary>
internal sealed record Ready(
    string Address,
    string ClientId,
    string UserName,
    string SecretFile,
    string PasswordFile,
    string KeyFile,
    string ServiceAccountFile,
    string? CertificateFile,
    EntraReady? Entra,
    int Pid)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The file appears whole or not at all, so that one can wait for it.</summary>
    public void WriteTo(string path)
    {
        var unfinished = path + ".part";
        File.WriteAllText(unfinished, JsonSerializer.Serialize(this, s_json));
        File.Move(unfinished, path, overwrite: true);
    }
}
