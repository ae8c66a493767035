namespace BearerTools.Http.Bodies;

/// <summary>Complete content from the caller, including its headers. It can be sent once.</summary>
internal sealed class ReadyContentBody(HttpContent content) : RequestBody(null)
{
    public override bool CanReplay => false;

    public override string Preview => $"(a {content.GetType().Name})";

    protected override HttpContent Create() => content;
}
