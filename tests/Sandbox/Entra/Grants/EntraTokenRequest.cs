namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>A token request that is understood so far: where it came, whose it is, and how the client has proved itself.</summary>
internal sealed record EntraTokenRequest(EntraCloud Cloud, IFormCollection Form, string Client, ClientProof Proof)
{
    public string Scope => this["scope"];

    public string this[string name] => Form[name].ToString();
}
