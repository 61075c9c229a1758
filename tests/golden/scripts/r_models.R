# Exponential smoothing, Theta, ARIMA and decompositions of R. Reads ../series.json; writes ../ets_r.json, ../theta_r.json,
# ../arima_r.json, ../auto_arima_trace.txt, ../stl_r.json and ../decompose_r.json for gather.py and py_season.py.
suppressMessages({library(forecast);library(jsonlite)})
options(digits=17)
S <- fromJSON("../series.json",simplifyVector=TRUE)
get_ts <- function(n){ s<-S[[n]]; ts(s$y,frequency=s$m) }
ser <- list(AirPassengers=get_ts("AirPassengers"),USAccDeaths=get_ts("USAccDeaths"),Nile=get_ts("Nile"),loglynx=log(get_ts("lynx")),M3_N0001=get_ts("N0001"),M3_N0500=get_ts("N0500"))
desc <- function(f,h){ fc <- forecast(f,h=h,level=c(80,95)); n<-length(f$x)
 list(method=f$method,par=as.list(f$par),loglik=f$loglik,aic=f$aic,aicc=f$aicc,bic=f$bic,mse=f$mse,amse=f$amse,sigma2=f$sigma2,fitted_first5=as.numeric(head(f$fitted,5)),fitted_last5=as.numeric(tail(f$fitted,5)),laststate=as.numeric(tail(f$states,1)),statenames=colnames(f$states),
  mean=as.numeric(fc$mean),lo80=as.numeric(fc$lower[,1]),hi80=as.numeric(fc$upper[,1]),lo95=as.numeric(fc$lower[,2]),hi95=as.numeric(fc$upper[,2]))}
ets_out <- list(); 
for(n in names(ser)) ets_out[[paste0("auto_",n)]] <- desc(ets(ser[[n]]),h=ifelse(frequency(ser[[n]])>1,12,6))
mods <- list(c("ANN",F),c("AAN",F),c("AAN",T),c("ANA",F),c("AAA",F),c("AAA",T),c("MNN",F),c("MAN",F),c("MAN",T),c("MNA",F),c("MAA",F),c("MAA",T),c("MNM",F),c("MAM",F),c("MAM",T))
set.seed(1)
for(m in mods) ets_out[[paste0("class_AirPassengers_",m[1],ifelse(m[2]=="TRUE","d",""))]] <- desc(ets(ser$AirPassengers,model=m[1],damped=as.logical(m[2])),12)
for(m in mods[c(1,2,3,7,8,9)]) ets_out[[paste0("class_N0001_",m[1],ifelse(m[2]=="TRUE","d",""))]] <- desc(ets(ser$M3_N0001,model=m[1],damped=as.logical(m[2])),6)
# admissible vs usual bounds
ets_out[["bounds_usual_AAA_USAccDeaths"]] <- desc(ets(ser$USAccDeaths,model="AAA",damped=FALSE,bounds="usual"),12)
ets_out[["bounds_admissible_AAA_USAccDeaths"]] <- desc(ets(ser$USAccDeaths,model="AAA",damped=FALSE,bounds="admissible"),12)
write(toJSON(ets_out,digits=NA,auto_unbox=TRUE,pretty=TRUE),"../ets_r.json")
th <- list()
for(n in names(ser)) {f<-thetaf(ser[[n]],h=ifelse(frequency(ser[[n]])>1,12,6),level=c(80,95)); th[[n]]<-list(alpha=unname(f$model$alpha),drift=unname(f$model$drift),sigma2=f$model$sigma,mean=as.numeric(f$mean),lo80=as.numeric(f$lower[,1]),hi80=as.numeric(f$upper[,1]),lo95=as.numeric(f$lower[,2]),hi95=as.numeric(f$upper[,2]))}
write(toJSON(th,digits=NA,auto_unbox=TRUE,pretty=TRUE),"../theta_r.json")
ar <- list()
dA <- function(f,h){fc<-forecast(f,h=h,level=c(80,95)); list(method=as.character(f),arma=f$arma,coef=as.list(f$coef),se=if(length(f$coef)) sqrt(diag(f$var.coef)) else NULL,sigma2=f$sigma2,loglik=f$loglik,aic=f$aic,aicc=f$aicc,bic=f$bic,mean=as.numeric(fc$mean),lo80=as.numeric(fc$lower[,1]),hi80=as.numeric(fc$upper[,1]),lo95=as.numeric(fc$lower[,2]),hi95=as.numeric(fc$upper[,2]))}
for(n in names(ser)) ar[[paste0("auto_",n)]] <- dA(auto.arima(ser[[n]]),ifelse(frequency(ser[[n]])>1,12,6))
ar[["auto_logAirPassengers"]] <- dA(auto.arima(log(ser$AirPassengers)),12)
lap <- log(ser$AirPassengers)
for(me in c("ML","CSS","CSS-ML")) {f<-Arima(lap,order=c(0,1,1),seasonal=c(0,1,1),method=me); ar[[paste0("airline_logAP_",me)]] <- dA(f,12)}
for(me in c("ML","CSS")) {f<-Arima(ser$loglynx,order=c(2,0,0),method=me); ar[[paste0("ar2_loglynx_",me)]]<-dA(f,6); f<-Arima(ser$Nile,order=c(0,1,1),method=me); ar[[paste0("ima11_Nile_",me)]]<-dA(f,6); f<-Arima(ser$Nile,order=c(1,0,1),method=me); ar[[paste0("arma11_Nile_",me)]]<-dA(f,6)}
f<-Arima(ser$M3_N0001,order=c(0,1,0),include.drift=TRUE); ar[["rwd_N0001"]]<-dA(f,6)
write(toJSON(ar,digits=NA,auto_unbox=TRUE,pretty=TRUE),"../arima_r.json")
# stepwise trace
sink("../auto_arima_trace.txt"); cat("R forecast",as.character(packageVersion("forecast")),"auto.arima(trace=TRUE)\n"); for(n in c("AirPassengers","USAccDeaths","Nile","loglynx")){cat("\n##",n,"\n"); auto.arima(ser[[n]],trace=TRUE)}; cat("\n## logAirPassengers\n"); auto.arima(lap,trace=TRUE); sink()
st <- list()
for(n in c("AirPassengers","USAccDeaths")) for(sw in list("periodic",7,13)) for(rb in c(FALSE,TRUE)){ f<-stl(ser[[n]],s.window=sw,robust=rb); t<-f$time.series; st[[paste(n,sw,ifelse(rb,"robust","plain"),sep="_")]] <- list(win=f$win,deg=f$deg,jump=f$jump,inner=f$inner,outer=f$outer,seasonal=as.numeric(t[,1]),trend=as.numeric(t[,2]),remainder=as.numeric(t[,3]))
 # with jump=1
 if(!rb){f<-stl(ser[[n]],s.window=sw,s.jump=1,t.jump=1,l.jump=1); t<-f$time.series; st[[paste(n,sw,"jump1",sep="_")]] <- list(win=f$win,seasonal=as.numeric(t[,1]),trend=as.numeric(t[,2]),remainder=as.numeric(t[,3]))}}
for(n in c("AirPassengers","USAccDeaths")){ m<-mstl(ser[[n]]); st[[paste0("mstl_",n)]]<-list(trend=as.numeric(m[,"Trend"]),seasonal=as.numeric(m[,3]),remainder=as.numeric(m[,"Remainder"])) }
write(toJSON(st,digits=NA,auto_unbox=TRUE),"../stl_r.json")
# decompose
dc<-decompose(ser$AirPassengers,"multiplicative"); write(toJSON(list(figure=dc$figure,fig_add=decompose(ser$USAccDeaths)$figure),digits=NA),"../decompose_r.json")
